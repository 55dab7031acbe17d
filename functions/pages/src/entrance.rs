//! The files of the page for a show's doors, which a device keeps. Their names hold a hash of their content, so that the worker that
//! keeps them is another one as soon as one of them is.

use std::sync::LazyLock;

use sha2::{Digest, Sha512};

/// A file for browsers.
#[derive(Debug)]
pub(crate) struct KeptFile {
    /// With a hash of its content.
    pub(crate) name: String,
    /// Its media type.
    pub(crate) kind: &'static str,
    pub(crate) content: &'static [u8],
}

/// A name with a hash of the content.
pub(crate) fn hashed_name(base: &str, ending: &str, content: &[u8]) -> String {
    format!("{base}-{}.{ending}", &hex::encode(Sha512::digest(content))[..12])
}

const SCRIPT: &str = "text/javascript; charset=utf-8";
const WORKER: &str = include_str!("../assets/entrance/worker.js");

/// In the order in which the page runs its scripts.
static FILES: LazyLock<[KeptFile; 8]> = LazyLock::new(|| {
    let file = |base, ending, kind, content: &'static [u8]| KeptFile {
        name: hashed_name(base, ending, content),
        kind,
        content,
    };
    let script = |base, content: &'static str| file(base, "js", SCRIPT, content.as_bytes());
    [
        script("qr-decode", include_str!("../assets/vendored/qr-decode.js")),
        script("store", include_str!("../assets/entrance/store.js")),
        script("decide", include_str!("../assets/entrance/decide.js")),
        script("camera", include_str!("../assets/entrance/camera.js")),
        script("entrance", include_str!("../assets/entrance/entrance.js")),
        file("entrance", "css", "text/css; charset=utf-8", include_str!("../assets/entrance/entrance.css").as_bytes()),
        file("icon-192", "png", "image/png", include_bytes!("../assets/entrance/icon-192.png")),
        file("icon-512", "png", "image/png", include_bytes!("../assets/entrance/icon-512.png")),
    ]
});

/// The file of that name.
pub(crate) fn find(name: &str) -> Option<&'static KeptFile> {
    FILES.iter().find(|file| file.name == name)
}

/// The page's scripts, in the order in which they run.
pub(crate) fn scripts() -> Vec<&'static str> {
    FILES.iter().filter(|file| file.kind == SCRIPT).map(|file| file.name.as_str()).collect()
}

/// Its own stylesheet.
pub(crate) fn style() -> &'static str {
    &FILES[5].name
}

/// The application's icons, with their sides in pixels.
pub(crate) fn icons() -> [(&'static str, u32); 2] {
    [(&FILES[6].name, 192), (&FILES[7].name, 512)]
}

/// The script of the worker that keeps all of this on the device, and these others besides. Any of them changes it.
pub(crate) fn worker(page: &str, others: &[&str]) -> String {
    let names = FILES.iter().map(|file| file.name.as_str()).chain(others.iter().copied());
    let files: Vec<String> = names.map(|name| format!("'/assets/{name}'")).collect();
    let files = files.join(", ");
    let version = &hex::encode(Sha512::digest(format!("{page}{files}")))[..12];
    WORKER.replace("{version}", &format!("entrance-{version}")).replace("{files}", &files)
}

#[cfg(test)]
mod tests {
    use super::{FILES, find, worker};

    #[test]
    fn a_device_keeps_a_tenth_of_a_megabyte() {
        let size: usize = FILES.iter().map(|file| file.content.len()).sum();
        assert!(size < 100_000, "{size}");
    }

    #[test]
    fn whatever_changes_makes_another_worker() {
        let one = worker("page", &["style-1.css"]);
        assert!(FILES.iter().all(|file| one.contains(&file.name) && find(&file.name).is_some()));
        assert!(one.contains("'/assets/style-1.css'") && !one.contains("{files}") && !one.contains("{version}"));
        assert_ne!(worker("another page", &["style-1.css"]), one);
        assert_ne!(worker("page", &["style-2.css"]), one);
        assert!(find("entrance-000000000000.js").is_none());
    }
}
