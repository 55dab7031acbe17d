//! What a failed test leaves behind: a picture and the page's source, in a folder of the target folder.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use crate::tab::Tab;

/// The folder of pictures, beside the program of the tests.
fn folder() -> PathBuf {
    let program = env::current_exe().unwrap();
    let folder = program.parent().and_then(Path::parent).unwrap_or(Path::new(".")).join("browsing");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The name of the test that runs, which is its thread's.
fn test() -> String {
    std::thread::current().name().unwrap_or("test").replace("::", "-")
}

impl Tab {
    /// Keeps a picture and the page's source, and says where, if the browser still answers.
    pub(crate) async fn keep_what_it_shows(&self) {
        let base = folder().join(test());
        let (picture, source) = (base.with_extension("png"), base.with_extension("html"));
        let address = self.at().await;
        if let Ok(text) = self.session.get("/source").await {
            fs::write(&source, text.as_str().unwrap_or_default()).unwrap();
        }
        self.picture(&picture).await;
        let lines = format!("at {address}\nkept: {}\nkept: {}\n", picture.display(), source.display());
        std::io::Write::write_all(&mut std::io::stderr(), lines.as_bytes()).unwrap();
    }

    /// Keeps a picture of the whole page under a name, if `HOLDFAST_PICTURES` names a folder: for people to look at.
    pub async fn show(&self, name: &str) {
        if let Some(folder) = env::var_os("HOLDFAST_PICTURES") {
            fs::create_dir_all(&folder).unwrap();
            self.picture(&Path::new(&folder).join(name).with_extension("png")).await;
        }
    }

    async fn picture(&self, path: &Path) {
        let whole = json!({ "format": "png", "captureBeyondViewport": true });
        let Ok(taken) = self.session.chromium("Page.captureScreenshot", &whole).await else { return };
        fs::write(path, STANDARD.decode(taken["data"].as_str().unwrap()).unwrap()).unwrap();
    }
}
