//! The driver's process and the browser that it starts.

use std::{env, path::PathBuf, process::Stdio, time::Duration};

use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::{screen::Script, session::Session};

/// How long the driver and the browser may take to start, on a machine that does much else.
const START: Duration = Duration::from_secs(90);
/// How long the driver may take to end.
const END: Duration = Duration::from_secs(20);

/// A driver on a port of its own. Its process ends with it.
#[derive(Debug)]
pub(crate) struct Driver {
    process: Child,
    address: String,
}

impl Driver {
    /// Starts `chromedriver` at a free port, and waits until it answers.
    pub(crate) async fn start() -> Self {
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("chromedriver is installed: Debian's chromium-driver");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        // `ChromeDriver was started successfully on port 36087.`
        let port = async {
            while let Some(line) = lines.next_line().await.unwrap() {
                if let Some((_, port)) = line.split_once("successfully on port ") {
                    return port.trim_end_matches('.').parse::<u16>().unwrap();
                }
            }
            panic!("chromedriver ended before it listened");
        };
        let port = timeout(START, port).await.expect("chromedriver listens in time");
        // Nothing waits until the rest of its output is read.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self { process, address: format!("http://127.0.0.1:{port}") }
    }

    /// A browser of its own, without a window that people see, started with these arguments, too.
    pub(crate) async fn browser(&self, script: Script, more: &[String]) -> Session {
        // The tests run as root in containers, where Chromium's sandbox and its shared memory are not to be had.
        let arguments =
            ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars"];
        let arguments: Vec<&str> = arguments.into_iter().chain(more.iter().map(String::as_str)).collect();
        let mut preferences = json!({ "intl.accept_languages": "en" });
        if script == Script::Off {
            preferences["profile.managed_default_content_settings.javascript"] = json!(2);
        }
        let capabilities = json!({
            "browserName": "chrome",
            "timeouts": { "script": START.as_millis(), "pageLoad": START.as_millis() },
            "goog:chromeOptions": { "binary": chromium(), "args": arguments, "prefs": preferences },
        });
        let opening = Session::open(&self.address, &capabilities);
        timeout(START, opening).await.expect("Chromium starts in time").expect("Chromium starts")
    }

    /// Ends the browser, and then the driver.
    pub(crate) async fn end(mut self, browser: &Session) {
        // A browser that does not answer any more ends with its driver.
        let _quit = timeout(END, browser.end()).await;
        let _killed = self.process.kill().await;
    }
}

/// Where Chromium is, as Debian installs it.
fn chromium() -> PathBuf {
    let folders = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&folders).map(|folder| folder.join("chromium")).find(|path| path.is_file());
    found.expect("chromium is installed: Debian's chromium")
}
