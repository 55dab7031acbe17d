//! Plants bugs and sees that the tests find them: `cargo run -p planted`. What there is, `docs/planted.md` lists.

mod bugs;
#[cfg(test)]
mod page;
mod programs;
mod schemata;
mod scratch;

use std::{
    collections::{BTreeMap, VecDeque},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Mutex, PoisonError},
    thread,
    time::Instant,
};

use serde_json::json;

use bugs::{Bug, all};
use programs::{Ended, Programs, Test};

const USAGE: &str = "\
Plants bugs in a scratch copy of the repository, and sees that the tests find them.

Usage: cargo run -p planted -- [--list] [NAMES]

  --list   lists the bugs, and ends with their number as JSON
  NAMES    these alone";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            let _ = writeln!(io::stderr(), "{why}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all was found.
fn run(arguments: &[String]) -> Result<bool, String> {
    let (options, names): (Vec<_>, Vec<_>) = arguments.iter().partition(|argument| argument.starts_with('-'));
    if options.iter().any(|option| *option != "--list") {
        return Err(USAGE.to_owned());
    }
    if let Some(unknown) = names.iter().find(|name| !all().any(|bug| bug.name == name.as_str())) {
        return Err(format!("there is no bug {unknown}"));
    }
    let chosen = |bug: &&Bug| names.is_empty() || names.iter().any(|name| name.as_str() == bug.name);
    let bugs: Vec<&'static Bug> = all().filter(chosen).collect();
    if !options.is_empty() {
        for bug in &bugs {
            print(&format!("{}: {} {} finds it, in {}.", bug.name, bug.what, bug.test, bug.file));
        }
        print(&json!({ "planted": bugs.len() }).to_string());
        return Ok(true);
    }
    let begun = Instant::now();
    let (root, copy) = (scratch::root(), place());
    print(&format!("{} bugs are planted in {}", bugs.len(), copy.display()));
    scratch::copy(&root, &copy)?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let programs = Programs::build(&copy, &root.join(target), &scratch::programs(&root)?)?;
    print(&format!("built after {} s", begun.elapsed().as_secs()));
    let mut tests = BTreeMap::new();
    for bug in &bugs {
        tests.insert(bug.test, programs.test(bug.test)?);
    }
    let found = found(&bugs, &tests, &copy)?;
    let seconds = begun.elapsed().as_secs();
    print(&json!({ "planted": bugs.len(), "found": found, "seconds": seconds }).to_string());
    Ok(found == bugs.len())
}

/// How many of the bugs are found by their tests, all of which have to pass without one first.
fn found(bugs: &[&'static Bug], tests: &BTreeMap<&str, Test<'_>>, copy: &Path) -> Result<usize, String> {
    let sound = each(tests.keys().copied(), |name, said| tests[name].run(None, said), copy)?;
    let unsound: Vec<_> =
        sound.into_iter().filter(|(_, ended)| *ended != Ended::Passed).map(|(name, _)| name).collect();
    if !unsound.is_empty() {
        return Err(format!("these do not pass while no bug is on, so they find none: {}", unsound.join(", ")));
    }
    print(&format!("{} tests pass while no bug is on", tests.len()));
    let ended = each(bugs.iter(), |bug, said| tests[bug.test].run(Some(bug.name), said), copy)?;
    for (bug, ended) in &ended {
        let word = match ended {
            Ended::Failed => "found",
            Ended::Passed => "NOT FOUND",
            Ended::Nothing => "NOT FOUND, the test did not end",
        };
        print(&format!("{word}: {} by {}", bug.name, bug.test));
    }
    Ok(ended.iter().filter(|(_, ended)| *ended == Ended::Failed).count())
}

/// Does this with each, on all processors, and gives what came of it in the order in which they came.
fn each<T: Copy + Send>(
    all: impl Iterator<Item = T>,
    run: impl Fn(T, &Path) -> io::Result<Ended> + Sync,
    copy: &Path,
) -> Result<Vec<(T, Ended)>, String> {
    let row: Mutex<VecDeque<(usize, T)>> = Mutex::new(all.enumerate().collect());
    let done = Mutex::new(Vec::new());
    let next = || row.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for worker in 0..workers {
            let said = copy.with_extension(format!("{worker}.log"));
            let (run, done, next) = (&run, &done, &next);
            scope.spawn(move || {
                while let Some((index, one)) = next() {
                    let ended = run(one, &said);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((index, one, ended));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, ..)| *index);
    let done = done.into_iter().map(|(_, one, ended)| ended.map(|ended| (one, ended)));
    done.collect::<io::Result<_>>().map_err(|error| format!("a test cannot be run: {error}"))
}

/// Where the copy is: the same folder each time for the same repository, so that what is built stays of use.
fn place() -> PathBuf {
    let mut hasher = DefaultHasher::new();
    scratch::root().hash(&mut hasher);
    std::env::temp_dir().join(format!("holdfast-planted-{:016x}", hasher.finish()))
}

fn print(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}
