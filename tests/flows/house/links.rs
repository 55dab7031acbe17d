//! What the functions link.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::workspace::{self, Package, first, slashed};

/// Whether a package has no place in what is deployed.
fn stays_here(package: &Package) -> bool {
    let folder = first(&package.folder);
    folder.starts_with("local") || folder == "tests" || package.name.contains("audit")
}

/// The packages that a function links although they are for this machine or for tests, each with the way to it.
pub(crate) fn wrong_links(packages: &[Package]) -> Vec<String> {
    let by_name: BTreeMap<_, _> = packages.iter().map(|package| (package.name.as_str(), package)).collect();
    let runs = |package: &&Package| {
        first(&package.folder) == "functions" && package.targets.iter().any(|target| target.kind == "bin")
    };
    let mut wrong = Vec::new();
    for function in packages.iter().filter(runs) {
        let mut seen = BTreeSet::new();
        let mut next = VecDeque::from([vec![function]]);
        while let Some(way) = next.pop_front() {
            let Some(package) = way.last() else { continue };
            for dependency in package.dependencies.iter().filter(|dependency| !dependency.dev) {
                let Some(linked) = by_name.get(dependency.name.as_str()) else { continue };
                let longer: Vec<_> = way.iter().copied().chain([*linked]).collect();
                if stays_here(linked) {
                    let names: Vec<_> = longer.iter().map(|package| package.name.as_str()).collect();
                    let manifest = package.folder.join("Cargo.toml");
                    let line = line_of(&workspace::read(&manifest), &dependency.name);
                    wrong.push(format!("{}:{line}: {}", slashed(&manifest), names.join(" -> ")));
                }
                if seen.insert(&linked.name) {
                    next.push_back(longer);
                }
            }
        }
    }
    wrong
}

/// On which line a manifest names a package.
fn line_of(manifest: &str, name: &str) -> usize {
    manifest.lines().position(|line| line.starts_with(name)).map_or(1, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{
        super::workspace::{Dependency, Target},
        *,
    };

    fn package(name: &str, folder: &str, dependencies: &[(&str, bool)]) -> Package {
        let dependency = |(name, dev): &(&str, bool)| Dependency { name: (*name).to_owned(), dev: *dev };
        Package {
            name: name.to_owned(),
            folder: PathBuf::from(folder),
            targets: vec![Target { kind: "bin".to_owned(), file: PathBuf::new() }],
            dependencies: dependencies.iter().map(dependency).collect(),
        }
    }

    #[test]
    fn what_a_function_links_is_followed_all_the_way() {
        let packages = [
            package("catalog", "functions/catalog", &[("engine", false), ("harness", true)]),
            package("engine", "shared/engine", &[("books-audit", false), ("stand-in", false)]),
            package("books-audit", "shared/books-audit", &[]),
            package("stand-in", "local-things", &[]),
            package("harness", "tests", &[("stand-in", false)]),
        ];
        let wrong = wrong_links(&packages);
        let ways: Vec<_> = wrong.iter().filter_map(|wrong| wrong.rsplit(": ").next()).collect();
        assert_eq!(ways, ["catalog -> engine -> books-audit", "catalog -> engine -> stand-in"]);
    }
}
