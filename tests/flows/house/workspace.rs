//! The packages of the workspace, as Cargo knows them, and their files.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Component, Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use serde_json::Value;

/// One package. All paths are relative to the workspace.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    pub(crate) targets: Vec<Target>,
    pub(crate) dependencies: Vec<Dependency>,
}

/// What Cargo builds of a package.
pub(crate) struct Target {
    pub(crate) kind: String,
    /// The file that it begins with.
    pub(crate) file: PathBuf,
}

/// A package, of ours or from a registry, that one of ours is built with.
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// Whether it is there for tests and examples alone.
    pub(crate) dev: bool,
}

pub(crate) fn root() -> PathBuf {
    tidy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
}

/// The text of a file of the workspace.
pub(crate) fn read(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The first folder of a path.
pub(crate) fn first(path: &Path) -> &str {
    path.iter().next().and_then(|part| part.to_str()).unwrap_or_default()
}

/// A path as it is written everywhere.
pub(crate) fn slashed(path: &Path) -> String {
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// A path without the detours in it.
pub(crate) fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(tidy.pop()),
            Component::CurDir => {}
            part => tidy.push(part),
        }
    }
    tidy
}

/// All packages of the workspace.
pub(crate) fn packages() -> &'static [Package] {
    static PACKAGES: LazyLock<Vec<Package>> = LazyLock::new(ask_cargo);
    &PACKAGES
}

fn ask_cargo() -> Vec<Package> {
    let arguments = ["metadata", "--no-deps", "--offline", "--format-version", "1"];
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let top = PathBuf::from(answer["workspace_root"].as_str().unwrap());
    let relative = |path: &Value| {
        let path = tidy(Path::new(path.as_str().unwrap()));
        path.strip_prefix(&top).unwrap_or(&path).to_owned()
    };
    let list = |value: &Value| value.as_array().unwrap().clone();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let package = |package: &Value| Package {
        name: text(&package["name"]),
        folder: relative(&package["manifest_path"]).parent().unwrap().to_owned(),
        targets: list(&package["targets"])
            .iter()
            .map(|target| Target { kind: text(&target["kind"][0]), file: relative(&target["src_path"]) })
            .collect(),
        dependencies: list(&package["dependencies"])
            .iter()
            .map(|dependency| Dependency { name: text(&dependency["name"]), dev: dependency["kind"] == "dev" })
            .collect(),
    };
    list(&answer["packages"]).iter().map(package).collect()
}

/// The files that a target begins with, each once, and the folder of the package that it lies in. Some packages build
/// the programs of others.
pub(crate) fn roots() -> BTreeMap<&'static Path, &'static Path> {
    let targets = packages().iter().flat_map(|package| package.targets.iter().map(move |target| (package, target)));
    let mut own: Vec<_> = targets.map(|(package, target)| (&*target.file, &*package.folder)).collect();
    // The package whose folder it lies in comes last, and stays.
    own.sort_by_key(|(file, folder)| file.starts_with(folder));
    own.into_iter().collect()
}

/// All files of Rust below the folders of all packages.
pub(crate) fn rust_files() -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for package in packages() {
        collect(&package.folder, "rs", &mut found);
    }
    found
}

/// The files with that ending below a folder.
pub(crate) fn collect(folder: &Path, ending: &str, into: &mut BTreeSet<PathBuf>) {
    for entry in fs::read_dir(root().join(folder)).unwrap() {
        let entry = entry.unwrap();
        let (path, name) = (folder.join(entry.file_name()), entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            // What was built, and what is hidden, is not ours.
            if name != "target" && !name.to_string_lossy().starts_with('.') {
                collect(&path, ending, into);
            }
        } else if path.extension().is_some_and(|extension| extension == ending) {
            into.insert(path);
        }
    }
}
