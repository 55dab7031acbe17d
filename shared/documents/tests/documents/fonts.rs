//! The fonts are files of a folder.

use std::{
    fs,
    path::{Path, PathBuf},
};

use documents::{DocumentError, FontFolder, tickets_pdf};
use printed::samples::{ticket, tickets};

const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/layer/fonts");

/// A folder of a test's own, empty.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _none = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn print(folder: &Path) -> Result<Vec<u8>, DocumentError> {
    tickets_pdf(&tickets(vec![ticket("MFRGGZDFMZTWQ2LKNNWG")]), &FontFolder::new(folder.to_owned()))
}

#[test]
fn a_missing_or_broken_font_is_named() {
    let empty = folder("empty");
    let error = print(&empty).expect_err("no font");
    let file = empty.join("NotoSans-Regular.ttf");
    assert_eq!(
        error.to_string(),
        format!("the font {} cannot be read: No such file or directory (os error 2)", file.display())
    );
    fs::write(&file, "not a font").expect("a file");
    let Err(DocumentError::Font { file: named, problem }) = print(&empty) else { panic!("it was printed") };
    assert!(named == file && !problem.is_empty(), "{problem}");
}

#[test]
fn what_was_missing_is_read_when_it_is_there() {
    let late = folder("late");
    print(&late).expect_err("no font");
    for font in fs::read_dir(OWN).expect("the fonts").map(|file| file.expect("a file")) {
        fs::copy(font.path(), late.join(font.file_name())).expect("a copy");
    }
    assert!(print(&late).expect("tickets") == print(Path::new(OWN)).expect("tickets"), "they look the same");
    // Read once: what becomes of the files later changes nothing.
    fs::remove_dir_all(&late).expect("it was there");
    print(&late).expect("tickets");
}
