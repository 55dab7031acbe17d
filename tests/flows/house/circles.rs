//! Which module of a crate depends on which, and where that goes in a circle.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt::Write,
};

use super::{
    methods::calls,
    tree::Module,
    uses::{Uses, uses},
    workspace::slashed,
};

/// A place where one module uses another.
struct Example {
    file: String,
    line: usize,
    what: String,
}

/// Who uses whom among a module, its children, and what is below these.
type Graph = BTreeMap<String, BTreeMap<String, Example>>;

/// How often a name may lead to another one, before it leads nowhere.
const HOPS: usize = 16;

/// Where a path of code ends.
struct Found<'a> {
    /// The module of what is named; none if that is another crate's.
    at: Option<&'a [String]>,
    /// Whether it is the module itself that is named.
    whole: bool,
    /// The modules that passed the name on.
    through: Vec<&'a [String]>,
}

struct Crate<'a> {
    modules: &'a [Module],
    uses: Vec<Uses>,
    by_path: BTreeMap<&'a [String], usize>,
}

/// All circles among the modules of a target, each with an example for every step.
pub(crate) fn circles(modules: &[Module]) -> Vec<String> {
    let uses = modules.iter().map(|module| uses(&module.code)).collect();
    let by_path = modules.iter().enumerate().map(|(index, module)| (&*module.path, index)).collect();
    let graphs = Crate { modules, uses, by_path }.graphs();
    graphs.values().flat_map(|graph| shortest(graph).into_iter().map(|circle| listed(&circle, graph))).collect()
}

/// For each step that is on a circle the shortest one; each circle once. All there are would be too many to read.
fn shortest(graph: &Graph) -> Vec<Vec<&str>> {
    let mut found = BTreeSet::new();
    for (from, targets) in graph {
        for to in targets.keys() {
            if let Some(mut circle) = way(graph, to, from) {
                let first = (0..circle.len()).min_by_key(|at| circle[*at]).unwrap_or(0);
                circle.rotate_left(first);
                found.insert((circle.len(), circle));
            }
        }
    }
    found.into_iter().map(|(_, circle)| circle).collect()
}

/// The shortest way from one module to another, with both.
fn way<'a>(graph: &'a Graph, from: &'a str, to: &str) -> Option<Vec<&'a str>> {
    let mut came_from = BTreeMap::from([(from, None)]);
    let mut next = VecDeque::from([from]);
    while let Some(here) = next.pop_front() {
        if here == to {
            let mut way: Vec<_> = std::iter::successors(Some(here), |at| came_from[at]).collect();
            way.reverse();
            return Some(way);
        }
        for target in graph.get(here).into_iter().flat_map(BTreeMap::keys) {
            came_from.entry(target).or_insert_with(|| {
                next.push_back(target);
                Some(here)
            });
        }
    }
    None
}

fn listed(circle: &[&str], graph: &Graph) -> String {
    let mut listed = format!("{} -> {}", circle.join(" -> "), circle[0]);
    for (from, to) in circle.iter().zip(circle.iter().cycle().skip(1)) {
        let Example { file, line, what } = &graph[*from][*to];
        write!(listed, "\n    {file}:{line}: {from} uses {to}: {what}").unwrap();
    }
    listed
}

fn is_own(name: &str) -> bool {
    matches!(name, "crate" | "self" | "super")
}

impl<'a> Crate<'a> {
    /// A graph for each module that has others in it.
    fn graphs(&self) -> BTreeMap<&'a [String], Graph> {
        let mut graphs = BTreeMap::new();
        for (from, uses) in self.uses.iter().enumerate() {
            let path: &[String] = &self.modules[from].path;
            for import in &uses.imports {
                // Who passes on what is in its own children does not use it yet.
                self.add(&mut graphs, from, &import.path, import.line, |at| !(import.public && at.starts_with(path)));
            }
            for (used, line) in &uses.paths {
                self.add(&mut graphs, from, used, *line, |_| true);
            }
            for (name, line) in &uses.names {
                if let Some(import) = uses.imports.iter().find(|import| import.public && import.name == *name) {
                    self.add(&mut graphs, from, &import.path, *line, |_| true);
                }
            }
        }
        for call in calls(self.modules) {
            self.step(&mut graphs, call.from, &self.modules[call.to].path, call.line, &call.what);
        }
        graphs
    }

    fn add(
        &self,
        graphs: &mut BTreeMap<&'a [String], Graph>,
        from: usize,
        used: &[String],
        line: usize,
        counts: impl Fn(&[String]) -> bool,
    ) {
        let path: &[String] = &self.modules[from].path;
        let Some(found) = self.start(path, used).and_then(|(start, rest)| self.walk(start, rest, 0)) else { return };
        // A module above is named on the way to something in it.
        if found.whole && found.at.is_some_and(|at| path.starts_with(at)) {
            return;
        }
        let what = used.join("::");
        // A module above passes on what others may name through it; one beside is used itself.
        let beside =
            |through: &&&[String]| !path.starts_with(through) && !found.at.is_some_and(|at| at.starts_with(through));
        for at in found.at.iter().chain(found.through.iter().filter(beside)) {
            if counts(at) {
                self.step(graphs, from, at, line, &what);
            }
        }
    }

    /// Notes that a module uses another, where their paths part.
    fn step(&self, graphs: &mut BTreeMap<&'a [String], Graph>, from: usize, to: &[String], line: usize, what: &str) {
        let Module { path, file, .. } = &self.modules[from];
        let common = path.iter().zip(to).take_while(|(a, b)| a == b).count();
        let above = &path[..common];
        let name = |path: &[String]| match path.get(..=common) {
            Some(path) => path.join("::"),
            None if common == 0 => self.modules[0].file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            None => above.join("::"),
        };
        if path != to {
            let example = Example { file: slashed(file), line, what: what.to_owned() };
            let targets = graphs.entry(above).or_default().entry(name(path)).or_default();
            targets.entry(name(to)).or_insert(example);
        }
    }

    /// Where a path begins: at a module that is named, or with a name of the module that uses it.
    fn start<'p>(&self, from: &[String], used: &'p [String]) -> Option<(&'a [String], &'p [String])> {
        let mut here: &'a [String] = self.by_path.get_key_value(from)?.0;
        let mut rest = used;
        while let Some((first, more)) = rest.split_first().filter(|(first, _)| is_own(first)) {
            here = match first.as_str() {
                "crate" => &[],
                "super" => here.split_last()?.1,
                _ => here,
            };
            rest = more;
        }
        let first = rest.first();
        let own = rest.len() < used.len() || first.is_some_and(|name| self.names(here, name));
        own.then_some((here, rest))
    }

    /// Whether a module has a child or an import of that name.
    fn names(&self, at: &[String], name: &String) -> bool {
        self.child(at, name).is_some() || self.imports(at, name).next().is_some()
    }

    fn child(&self, at: &[String], name: &String) -> Option<&'a [String]> {
        let path: Vec<_> = at.iter().chain([name]).cloned().collect();
        self.by_path.get_key_value(path.as_slice()).map(|(path, _)| *path)
    }

    fn imports<'s>(&'s self, at: &[String], name: &'s String) -> impl Iterator<Item = &'s [String]> {
        let uses = self.by_path.get(at).map(|index| &self.uses[*index]);
        let imports = uses.into_iter().flat_map(|uses| &uses.imports);
        imports.filter(move |import| import.name == *name).map(|import| import.path.as_slice())
    }

    /// Follows a path to where the thing is defined.
    fn walk(&self, mut here: &'a [String], mut rest: &[String], hops: usize) -> Option<Found<'a>> {
        while let Some((name, more)) = rest.split_first() {
            let Some(child) = self.child(here, name) else { break };
            (here, rest) = (child, more);
        }
        let import = rest.split_first().and_then(|(name, more)| Some((self.imports(here, name).next()?, more)));
        let Some((import, more)) = import else {
            return Some(Found { at: Some(here), whole: rest.is_empty(), through: Vec::new() });
        };
        if hops == HOPS {
            return None;
        }
        let mut found = match self.start(here, import) {
            Some((start, rest)) => self.walk(start, &[rest, more].concat(), hops + 1)?,
            None => Found { at: None, whole: false, through: Vec::new() },
        };
        found.through.push(here);
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{super::scan::code, *};

    /// The circles of a crate with these modules.
    fn listed(modules: &[(&str, &str)]) -> Vec<String> {
        let whole = |(path, text): &(&str, &str)| Module {
            path: path.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect(),
            file: PathBuf::from("src/lib.rs"),
            test: false,
            code: code(text),
        };
        circles(&modules.iter().map(whole).collect::<Vec<_>>())
    }

    /// The same without examples.
    fn found(modules: &[(&str, &str)]) -> Vec<String> {
        listed(modules).iter().map(|circle| circle.lines().next().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn a_circle_is_listed_once_and_with_examples() {
        let modules = [
            ("", "mod a; mod b; mod c;"),
            ("a", "use crate::b::{self, B};"),
            ("b", "\nfn f() { super::c::g() }"),
            ("c", "use crate::a;"),
        ];
        let expected = "a -> b -> c -> a\n    src/lib.rs:1: a uses b: crate::b\n    src/lib.rs:2: b uses c: super::c::g\n    \
                        src/lib.rs:1: c uses a: crate::a";
        assert_eq!(listed(&modules), [expected]);
    }

    #[test]
    fn what_is_passed_on_is_used_where_it_is_defined() {
        let root = ("", "mod a; mod b; pub use a::A; pub use b::B; struct Root;");
        assert!(found(&[root, ("a", "use crate::{B, Root};"), ("b", "struct B(super::Root);")]).is_empty());
        assert_eq!(found(&[root, ("a", "use crate::B;"), ("b", "use super::A;")]), ["a -> b -> a"]);
        // What another crate defines is none of these.
        let root = ("", "mod a; use other::B;");
        assert!(found(&[root, ("a", "use super::B; use other::a::C;")]).is_empty());
    }

    #[test]
    fn a_root_may_name_its_children_or_be_named_by_them() {
        let (a, other) = (("a", "use crate::Root;"), ("a", "struct A;"));
        let names = ["mod a; use a::A;", "mod a; fn f() { a::g() }", "mod a; pub use a::A; struct Root(A);"];
        for root in names.map(|text| ("", text)) {
            assert_eq!(found(&[root, a]), ["a -> lib.rs -> a"], "{}", root.1);
            assert!(found(&[root, other]).is_empty());
        }
        assert!(found(&[("", "mod a; pub use a::A; enum Root { A }"), a]).is_empty());
    }

    #[test]
    fn folders_are_read() {
        let modules = [
            ("", "pub mod a; mod b; pub use a::X;"),
            ("a", "mod c; mod d; pub use c::X; pub use d::Y;"),
            ("a::c", "use crate::a::Y; use crate::b;"),
            ("a::d", "use super::c::Z;"),
            ("b", "fn f() -> crate::X {}"),
        ];
        assert_eq!(found(&modules), ["a -> b -> a", "a::c -> a::d -> a::c"]);
    }
}
