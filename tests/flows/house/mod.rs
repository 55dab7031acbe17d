//! The house itself: how long its files are, which way its parts depend on each other, and whether it calls things by
//! their names.

mod circles;
mod docs;
mod links;
mod methods;
mod scan;
mod settings;
mod texts;
mod tree;
mod types;
mod unused;
mod uses;
mod words;
mod workspace;
mod writes;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use workspace::slashed;

/// More is asking to be two files.
const LINES: usize = 400;

/// What AWS itself sets. `AWS_SAM_LOCAL` is SAM's, on a developer's machine.
const SET_BY_AWS: [&str; 8] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_REGION",
    "AWS_SAM_LOCAL",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_XRAY_DAEMON_ADDRESS",
];

/// What the template gives to no function.
const NOT_DEPLOYED: [&str; 6] = [
    // They are given the secret's ARN instead.
    "CRON_SECRET",
    "OIDC_CLIENT_SECRET",
    "ORIGIN_SECRET",
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "TOKEN_SECRET",
];

/// What local programs alone read.
const LOCAL: [&str; 3] = [
    // Deployed, this is the gateway's own business.
    "ALLOWED_ORIGINS",
    // Lambda listens nowhere.
    "PORT",
    // An operator's, whose claims `setup` checks.
    "TOKEN",
];

/// Dependencies that no code names: they switch features on.
const FOR_THEIR_FEATURES: [&str; 0] = [];

/// Reads of the store that mend what overviews show, where they see that it is not so any more. Their answer is the same
/// whether that works or not.
const MENDING: [&str; 2] = ["overview", "showcase"];

/// The files of Rust below these folders, of each at least one, without those of tests.
fn files_of(folders: &[&str]) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        workspace::rust_files().into_iter().filter(|file| !slashed(file).contains("tests")).collect();
    files.retain(|file| folders.iter().any(|folder| file.starts_with(folder)));
    for folder in folders {
        assert!(files.iter().any(|file| file.starts_with(folder)), "nothing lies below {folder}");
    }
    files
}

/// Fails with every offence.
fn none(offences: &[String], what: &str) {
    assert!(offences.is_empty(), "{} {what}:\n{}", offences.len(), offences.join("\n"));
}

#[test]
fn no_file_is_too_long() {
    let mut long = Vec::new();
    for file in workspace::rust_files() {
        let lines = workspace::read(&file).lines().count();
        if lines > LINES {
            long.push(format!("{}:{LINES}: {lines} lines", slashed(&file)));
        }
    }
    none(&long, &format!("files have more than {LINES} lines"));
}

#[test]
fn no_modules_depend_on_each_other_in_a_circle() {
    let mut found = Vec::new();
    for (file, package) in workspace::roots() {
        let mut modules = tree::modules(file, package);
        modules.retain(|module| !module.test);
        let circles = circles::circles(&modules);
        found.extend(circles.into_iter().map(|circle| format!("{}: {circle}", slashed(file))));
    }
    none(&found, "circles of modules");
}

#[test]
fn functions_link_nothing_that_is_for_this_machine_or_for_tests() {
    none(&links::wrong_links(workspace::packages()), "ways from a function to what is not deployed");
}

#[test]
fn things_are_called_by_their_names() {
    let path = Path::new("docs/glossary.md");
    assert!(workspace::root().join(path).is_file(), "{} is missing", path.display());
    let forbidden = words::forbidden(&workspace::read(path));
    assert!(!forbidden.is_empty(), "{}: no table ends with a column `not`", path.display());
    let mut wrong = Vec::new();
    for file in workspace::rust_files() {
        let tokens = scan::scan(&workspace::read(&file));
        wrong.extend(each_once(&file, words::wrong_in_rust(&tokens, &forbidden)));
    }
    // The glossary lists the words.
    for file in texts::files().into_iter().filter(|file| file != path) {
        let text = workspace::read(&file);
        let mut found = words::wrong_in_prose(&text, 1, &forbidden);
        found.extend(words::wrong_names(texts::names(&file, &text), &forbidden));
        wrong.extend(each_once(&file, found));
    }
    none(&wrong, "things are not called by their names");
}

#[test]
fn comments_add_to_names() {
    let mut wrong = Vec::new();
    for file in workspace::rust_files() {
        let empty = docs::empty(&workspace::read(&file)).into_iter();
        wrong.extend(empty.map(|(line, doc)| format!("{}:{line}: {doc}", slashed(&file))));
    }
    none(&wrong, "comments say no word beyond a name: say a unit, a range, an error, a source or a shape, or nothing");
}

/// Then a module is found by its name alone, and unit tests of `x` are in `x/tests.rs` if they are not in `x` itself.
#[test]
fn modules_lie_where_their_names_lead() {
    let mut wrong = Vec::new();
    for file in workspace::rust_files() {
        let code = scan::code(&workspace::read(&file));
        let named = code.windows(4).filter(|four| four.iter().zip(["#", "[", "path", "="]).all(|(t, sign)| t.is(sign)));
        wrong.extend(named.map(|four| format!("{}:{}: `#[path]`", slashed(&file), four[0].line)));
    }
    none(&wrong, "modules have a path of their own");
}

/// What is wrong in a file: each name once, where it stands first.
fn each_once(file: &Path, wrong: Vec<words::Wrong<'_>>) -> Vec<String> {
    let mut found = BTreeMap::<_, (usize, usize)>::new();
    for (line, what, forbidden) in wrong {
        let (first, times) = found.entry((what, forbidden.words.join(" "), &forbidden.instead)).or_default();
        *first = if *times == 0 { line } else { line.min(*first) };
        *times += 1;
    }
    let mut each: Vec<_> = found.into_iter().collect();
    each.sort_by_key(|(_, (line, _))| *line);
    let tell = |((what, word, instead), (line, times))| {
        format!("{}:{line}: `{what}`, {times} times: `{word}` is called `{instead}`", slashed(file))
    };
    each.into_iter().map(tell).collect()
}

/// That each function reads what the template gives it is shown by `settings_effect`.
#[test]
fn the_code_the_template_and_the_documents_know_the_same_settings() {
    let template = "infra/template.yaml";
    let text = workspace::read(template);
    let line = |name: &str| text.lines().position(|line| line.trim().starts_with(&format!("{name}:"))).unwrap_or(0) + 1;
    let given =
        crate::deployed::settings_effect::given().into_iter().map(|name| (format!("{template}:{}", line(&name)), name));
    let given: settings::Places = given.map(|(place, name)| (name, place)).collect();
    let (read, read_locally) = settings::read();
    let listed = settings::documented();

    let mut wrong = Vec::new();
    let mut check = |places: &settings::Places, known: &dyn Fn(&str) -> bool, what: &str| {
        let unknown = places.iter().filter(|(name, _)| !known(name));
        wrong.extend(unknown.map(|(name, place)| format!("{place}: {name} {what}")));
    };
    let (aws, local) = (|name: &str| SET_BY_AWS.contains(&name), |name: &str| LOCAL.contains(&name));
    let deployed = |name: &str| given.contains_key(name) || aws(name) || NOT_DEPLOYED.contains(&name);
    check(&read, &deployed, "is read, and the template gives it to no function");
    check(&read, &|name| listed.contains_key(name) || aws(name), "is read, and no table of settings lists it");
    check(&read_locally, &|name| read.contains_key(name) || local(name), "is read by the local stack alone");
    check(&given, &|name| read.contains_key(name), "is given to a function, and no function reads it");
    check(&given, &|name| listed.contains_key(name), "is given to a function, and no table of settings lists it");
    let used = |name: &str| read.contains_key(name) || local(name) && read_locally.contains_key(name);
    check(&listed, &used, "is listed as a setting, and nothing reads it");
    // What is excepted must need it.
    for name in SET_BY_AWS.iter().chain(&NOT_DEPLOYED) {
        if !read.contains_key(*name) || given.contains_key(*name) {
            wrong.push(format!("{}: {name} is excepted without need", file!()));
        }
    }
    for name in LOCAL {
        if !read_locally.contains_key(name) || read.contains_key(name) || given.contains_key(name) {
            wrong.push(format!("{}: {name} is not the local program's alone", file!()));
        }
    }
    none(&wrong, "settings are not the same everywhere");
}

/// Types that are private to their module may share one: no other module can take one for the other.
#[test]
fn no_two_types_share_a_name() {
    let linked = files_of(&["shared", "functions"]);
    none(&types::shared_names(linked), "types have the name of another one");
}

/// Then what happens if the process dies there is said where the write is made. One read is no use case.
#[test]
fn functions_write_through_use_cases() {
    let mut writing = writes::writing(files_of(&["shared/store"]));
    for name in ["commit", "put_offer", "put_promo", "take_notification", "finish_summary", "reschedule"] {
        assert!(writing.contains(name), "`Store::{name}` writes: {writing:?}");
    }
    for name in ["order", "catalog_items", "listing", "account"] {
        assert!(!writing.contains(name), "`Store::{name}` writes nothing: {writing:?}");
    }
    for name in MENDING {
        assert!(writing.remove(name), "`Store::{name}` is excepted without need");
    }
    // The engine is where they are called, so they are found where they are.
    let in_engine = writes::calls_of(&writing, files_of(&["shared/engine"]));
    assert!(in_engine.len() > 50, "{in_engine:?}");
    let wrong = writes::calls_of(&writing, files_of(&["functions", "shared/web"]));
    none(&wrong, "writes are no use case of the engine's");
}

#[test]
fn no_dependency_is_unused() {
    none(&unused::unused(workspace::packages(), &FOR_THEIR_FEATURES), "dependencies are unused");
    let manifest = workspace::read("Cargo.toml");
    let (_, shared) = manifest.split_once("[workspace.dependencies]").expect("shared versions");
    let shared = shared.lines().take_while(|line| !line.starts_with('[')).filter_map(|line| line.split_once(" = "));
    let used: BTreeSet<_> = workspace::packages()
        .iter()
        .flat_map(|package| &package.dependencies)
        .map(|dependency| &dependency.name)
        .collect();
    let idle: Vec<_> = shared
        .filter(|(name, _)| !used.iter().any(|dependency| dependency == name))
        .map(|(name, _)| format!("Cargo.toml: no package depends on {name}"))
        .collect();
    none(&idle, "shared versions are of no use");
}

#[test]
fn no_file_is_dead() {
    let roots = workspace::roots();
    let reached: BTreeSet<_> =
        roots.into_iter().flat_map(|(file, package)| tree::modules(file, package)).map(|module| module.file).collect();
    let files = workspace::rust_files();
    let dead: Vec<_> = files.difference(&reached).map(|file| format!("{}:1: no module", slashed(file))).collect();
    none(&dead, "files are part of nothing that is built");
}
