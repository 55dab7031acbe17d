//! `setup parameters`: asks, and writes the answers down.

use std::path::{Path, PathBuf};

use cloud_stand_ins::template::{ParameterSpec, Template};
use runtime::SharedWire;

use crate::{
    arguments::ParameterAnswers,
    issuer,
    parameters::{Parameters, is_example, refused},
    terminal::Terminal,
};

/// Parameters with defaults that a person should have thought of nevertheless.
const OPTIONAL: [&str; 9] = [
    "CognitoUserPoolId",
    "JwtIssuer",
    "JwtAudienceClaim",
    "JwtRolesClaim",
    "JwtOrganizationClaim",
    "DomainName",
    "PagesUrl",
    "SenderIdentity",
    "AlarmAddress",
];

/// Asks for what is not given, and writes the file. Whether nothing is missing; a file that would be refused is not written.
pub(crate) async fn write(
    given: ParameterAnswers,
    wire: &SharedWire,
    terminal: &mut Terminal<'_>,
) -> Result<bool, String> {
    let template = Template::embedded().map_err(|error| error.to_string())?;
    let specs = &template.parameters;
    let usual = || PathBuf::from(format!("infra/parameters/{}.local.yaml", given.stage.as_deref().unwrap_or("dev")));
    let path = given.out.unwrap_or_else(usual);
    let mut parameters = known(&path)?;
    let stage = given.stage.as_deref().or_else(|| parameters.get("Stage")).unwrap_or("dev").to_owned();
    parameters.set("Stage", &stage);
    let mut named = vec!["Stage".to_owned()];
    for pair in &given.values {
        let (name, value) = pair.split_once('=').ok_or_else(|| format!("--set {pair}: write NAME=VALUE"))?;
        parameters.set(name, value);
        named.push(name.to_owned());
    }
    for spec in specs.iter().filter(|_| !given.no_input) {
        let is_open = spec.default.is_none() || OPTIONAL.contains(&spec.name.as_str());
        let is_known = spec.name == "JwtIssuer" && parameters.get("CognitoUserPoolId").is_some();
        if is_open && !is_known && !named.contains(&spec.name) {
            ask(spec, &mut parameters, terminal)?;
        }
    }
    // The issuer itself says where its keys are.
    let issuer = parameters.get("JwtIssuer").map(str::to_owned);
    if let Some(issuer) = issuer.filter(|_| !named.contains(&"JwksUrl".to_owned())) {
        match issuer::keys_url(wire, &issuer).await {
            Ok(url) => parameters.set("JwksUrl", &url),
            Err(problem) => terminal.line(&format!("The issuer does not say where its keys are. {problem}"))?,
        }
    }
    let problems = parameters.problems(&template);
    for problem in &problems {
        terminal.line(&format!("MISSING  {problem}"))?;
    }
    if !problems.is_empty() {
        terminal.line(&format!("{} is not written.", path.display()))?;
        return Ok(false);
    }
    std::fs::write(&path, parameters.render(specs)).map_err(|error| format!("{}: {error}", path.display()))?;
    terminal.line(&format!("{} is written. Next: cargo run -p setup -- check --parameters {0}", path.display()))?;
    Ok(true)
}

/// What is known already: the file's own values, or where there is none yet, those of the example beside it that can be kept.
fn known(path: &Path) -> Result<Parameters, String> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    match name.strip_suffix(".local.yaml") {
        Some(stage) if !path.exists() => {
            Ok(Parameters::read(&path.with_file_name(format!("{stage}.yaml")))?.without_examples())
        }
        _ => Parameters::read(path),
    }
}

/// Asks until the answer would be taken. No answer keeps what is there.
fn ask(spec: &ParameterSpec, parameters: &mut Parameters, terminal: &mut Terminal<'_>) -> Result<(), String> {
    terminal.line(&format!("\n{}: {}", spec.name, spec.description))?;
    let kept = parameters.get(&spec.name).or(spec.default.as_deref()).unwrap_or_default();
    // An example is no answer.
    if !kept.is_empty() && !is_example(kept) {
        terminal.line(&format!("Enter keeps {kept}"))?;
    }
    loop {
        terminal.prompt()?;
        let answer = terminal.read()?;
        if answer.is_empty() {
            return Ok(());
        }
        match refused(spec, &answer) {
            Some(problem) => terminal.line(&problem)?,
            None => {
                parameters.set(&spec.name, &answer);
                return Ok(());
            }
        }
    }
}
