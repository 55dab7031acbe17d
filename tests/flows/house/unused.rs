//! Dependencies that nothing uses.

use std::{collections::BTreeSet, path::Path};

use super::{
    scan, tree,
    workspace::{self, Package, slashed},
};

/// The name that code calls a package by, where it is not the package's own.
fn library(package: &str) -> String {
    match package {
        "dynoxide-rs" => "dynoxide".to_owned(),
        other => other.replace("async-stripe", "stripe").replace('-', "_"),
    }
}

/// The names in all files that a package is built of.
fn names(package: &Package) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for target in &package.targets {
        for module in tree::modules(&target.file, &package.folder) {
            let tokens = scan::scan(&workspace::read(&module.file));
            names.extend(tokens.into_iter().filter(scan::Token::is_word).map(|token| token.text));
        }
    }
    names
}

/// The dependencies of these packages that no file of theirs names, but for `excepted` ones.
pub(crate) fn unused(packages: &[Package], excepted: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for package in packages {
        let names = names(package);
        let manifest = package.folder.join("Cargo.toml");
        for dependency in &package.dependencies {
            let used = names.contains(&library(&dependency.name));
            if !used && !excepted.contains(&dependency.name.as_str()) {
                let line = line_of(&manifest, &dependency.name);
                found.push(format!(
                    "{}:{line}: no file of {} uses {}",
                    slashed(&manifest),
                    package.name,
                    dependency.name
                ));
            }
        }
    }
    found
}

fn line_of(manifest: &Path, name: &str) -> usize {
    let text = workspace::read(manifest);
    text.lines()
        .position(|line| line.starts_with(&format!("{name} ")) || line.starts_with(&format!("{name}.")))
        .map_or(1, |at| at + 1)
}
