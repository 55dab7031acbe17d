//! The scratch copy of the repository, with the bugs in it. What did not change since the last run is not written again,
//! so that Cargo builds what changed alone.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    bugs::{Bug, all},
    schemata::{ASKING, plant},
};

/// What is no source: built, hidden by its nature, or the history.
const LEFT_OUT: [&str; 3] = ["target", ".git", ".aws-sam"];

/// The package of the flows, whose programs are left out: the tests that start them find no bugs here, and linking them takes
/// longer than all the rest.
const FLOWS: &str = "tests/Cargo.toml";

/// The root of the flows, which declares their topics. Those of which no bug names a test, and that no such topic uses, are left
/// out of the copy, too.
const TOPICS: &str = "tests/flows/main.rs";

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().nth(2).unwrap_or(own).to_owned()
}

/// The bugs, by their files.
pub(crate) fn by_file() -> BTreeMap<&'static str, Vec<&'static Bug>> {
    let mut files = BTreeMap::<_, Vec<_>>::new();
    for bug in all() {
        files.entry(bug.file).or_default().push(bug);
    }
    files
}

/// The sources that differ from the repository's: those with bugs in them, and the heads of their crates.
///
/// # Errors
///
/// The first bug that does not apply, or file that cannot be read.
pub(crate) fn changed(root: &Path) -> Result<BTreeMap<PathBuf, String>, String> {
    let read = |file: &str| fs::read_to_string(root.join(file)).map_err(|error| format!("{file}: {error}"));
    let mut changed = BTreeMap::new();
    let mut heads = BTreeSet::new();
    for (file, bugs) in by_file() {
        changed.insert(PathBuf::from(file), plant(&read(file)?, &bugs)?);
        let (crate_folder, _) = file.split_once("/src/").ok_or_else(|| format!("{file} is in no crate"))?;
        heads.insert(format!("{crate_folder}/src/lib.rs"));
    }
    changed.insert(PathBuf::from(FLOWS), without_programs(&read(FLOWS)?));
    changed.insert(PathBuf::from(TOPICS), topics(&read(TOPICS)?, &kept(root)?));
    for head in heads {
        let text = read(&head)? + ASKING;
        changed.insert(PathBuf::from(head), text);
    }
    Ok(changed)
}

/// The sections of a manifest. The first one is what stands before them.
fn sections(manifest: &str) -> impl Iterator<Item = &str> {
    manifest.split_inclusive("\n\n")
}

fn is_program(section: &str) -> bool {
    section.lines().any(|line| line == "[[bin]]")
}

/// A manifest without its programs.
fn without_programs(manifest: &str) -> String {
    sections(manifest).filter(|section| !is_program(section)).collect()
}

/// The topics of which a bug names a test, and those that they use.
fn kept(root: &Path) -> Result<BTreeSet<String>, String> {
    let mut next: Vec<String> = all().filter_map(|bug| bug.test.split("::").next()).map(str::to_owned).collect();
    let mut kept = BTreeSet::new();
    while let Some(topic) = next.pop() {
        if kept.insert(topic.clone()) {
            next.extend(used(root, &topic)?);
        }
    }
    Ok(kept)
}

/// What the files of a topic name at the root of the flows: other topics, and whatever else is called so.
fn used(root: &Path, topic: &str) -> Result<BTreeSet<String>, String> {
    let folder = Path::new(TOPICS).with_file_name(topic);
    let mut files = BTreeSet::new();
    if root.join(&folder).is_dir() {
        collect(root, &folder, &mut files).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let mut used = BTreeSet::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "rs")) {
        let text = fs::read_to_string(root.join(file)).map_err(|error| format!("{}: {error}", file.display()))?;
        let paths = text.split("crate::").skip(1);
        used.extend(paths.map(|path| path.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect()));
    }
    Ok(used)
}

/// The flows' root with these topics alone.
fn topics(root: &str, kept: &BTreeSet<String>) -> String {
    let idle = |line: &str| {
        let topic = line.trim_end().strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';'));
        topic.is_some_and(|topic| !kept.contains(topic))
    };
    root.split_inclusive('\n').filter(|line| !idle(line)).collect()
}

/// The names of the programs that the copy leaves out.
///
/// # Errors
///
/// That the manifest cannot be read.
pub(crate) fn programs(root: &Path) -> Result<Vec<String>, String> {
    let manifest = fs::read_to_string(root.join(FLOWS)).map_err(|error| format!("{FLOWS}: {error}"))?;
    let name = |section: &str| {
        let line = section.lines().find_map(|line| line.strip_prefix("name = \""))?;
        line.strip_suffix('"').map(str::to_owned)
    };
    Ok(sections(&manifest).filter(|section| is_program(section)).filter_map(name).collect())
}

/// Makes the copy, or brings it up to date.
///
/// # Errors
///
/// What cannot be read or written, or a bug that does not apply.
pub(crate) fn copy(root: &Path, to: &Path) -> Result<(), String> {
    let changed = changed(root)?;
    let mut files = BTreeSet::new();
    collect(root, Path::new(""), &mut files).map_err(|error| format!("{}: {error}", root.display()))?;
    let mut old = BTreeSet::new();
    if to.is_dir() {
        collect(to, Path::new(""), &mut old).map_err(|error| format!("{}: {error}", to.display()))?;
    }
    for gone in old.difference(&files) {
        fs::remove_file(to.join(gone)).map_err(|error| format!("{}: {error}", gone.display()))?;
    }
    for file in &files {
        write(root, to, file, changed.get(file)).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(())
}

fn write(root: &Path, to: &Path, file: &Path, planted: Option<&String>) -> io::Result<()> {
    let bytes = match planted {
        Some(text) => text.clone().into_bytes(),
        None => fs::read(root.join(file))?,
    };
    let target = to.join(file);
    if fs::read(&target).is_ok_and(|known| known == bytes) {
        return Ok(());
    }
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(target, bytes)
}

/// All files below a folder.
fn collect(root: &Path, folder: &Path, into: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        let kind = entry.file_type()?;
        if kind.is_dir() && !LEFT_OUT.iter().any(|name| entry.file_name() == *name) {
            collect(root, &path, into)?;
        } else if kind.is_file() {
            into.insert(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bug_still_applies_to_the_source() {
        let problems: Vec<_> = by_file()
            .into_iter()
            .filter_map(|(file, bugs)| {
                let source = fs::read_to_string(root().join(file)).map_err(|error| format!("{file}: {error}"));
                source.and_then(|source| plant(&source, &bugs)).err()
            })
            .collect();
        assert!(problems.is_empty(), "{problems:#?}");
        assert!(changed(&root()).is_ok_and(|changed| changed.len() > by_file().len()), "the crates' heads ask, too");
    }

    #[test]
    fn topics_are_left_out_that_no_bug_names_and_no_other_uses() {
        let kept = kept(&root()).expect("topics");
        assert_eq!(topics("//! All.\n\nmod house;\nmod load;\n", &kept), "//! All.\n\nmod load;\n");
        // The walls of roles try the pages' own routes.
        assert!(kept.contains("identity") && kept.contains("pages"), "{kept:?}");
    }

    #[test]
    fn programs_are_left_out_by_their_names() {
        let manifest = "[package]\nname = \"a\"\n\n# One.\n[[bin]]\nname = \"b\"\n\n[dependencies]\n";
        assert_eq!(without_programs(manifest), "[package]\nname = \"a\"\n\n[dependencies]\n");
        let names = programs(&root()).expect("a manifest");
        assert!(names.iter().any(|name| name == "local-stack") && names.len() > 5, "{names:?}");
    }
}
