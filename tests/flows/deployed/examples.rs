//! What the example parameters show is never deployed, and buyers are led to where the pages are.

use std::{fs, path::Path};

use super::outside::{API, HOOK, Outside};

/// An operator who answers nothing gets nothing of the examples: no foreign issuer, no sender, no pages that buyers are led to.
#[tokio::test]
async fn what_the_examples_show_is_never_deployed() {
    let outside = Outside::new("unset").await;
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/parameters");
    for stage in ["dev", "prod"] {
        fs::copy(examples.join(format!("{stage}.yaml")), outside.folder.join(format!("{stage}.yaml"))).unwrap();
        let file = outside.folder.join(format!("{stage}.local.yaml"));
        let at = file.display().to_string();
        let ask = format!("parameters --stage {stage} --out {at}");
        let (whole, said) = outside.run(&ask, &[], &"\n".repeat(20)).await.unwrap();
        assert!(
            !whole && said.contains("\nPagesUrl: ") && said.contains(&format!("Enter keeps holdfast-{stage}")),
            "{said}"
        );
        for missing in [
            "SenderAddress is missing",
            "AllowedOrigins is missing",
            "Give CognitoUserPoolId or CreateUserPool, or JwtIssuer",
        ] {
            assert!(said.contains(&format!("MISSING  {missing}")), "{missing}: {said}");
        }
        for line in said.lines().filter(|line| line.starts_with("Enter keeps ")) {
            assert!(!line.contains("example.com"), "{line}");
        }
        assert!(!file.exists());

        // An example that was copied by hand is no better.
        fs::copy(outside.folder.join(format!("{stage}.yaml")), &file).unwrap();
        let (whole, said) = outside.run(&format!("check --parameters {at}"), &[], "").await.unwrap();
        for name in ["JwtIssuer", "JwksUrl", "AllowedOrigins", "SenderAddress", "SenderIdentity"] {
            assert!(!whole && said.contains(&format!("MISSING  {name} is an example, ")), "{name}: {said}");
        }
        let (whole, said) = outside.run(&ask, &[], &"\n".repeat(20)).await.unwrap();
        assert!(
            !whole && said.contains("MISSING  SenderAddress is an example, tickets@shop.example.com: put"),
            "{said}"
        );
        fs::remove_file(&file).unwrap();

        // What is not an address is the stage's from the start.
        let set = "--set JwtIssuer=https://id.holdfast.test/ --set AllowedOrigins=https://shop.holdfast.test --set \
            SenderAddress=tickets@shop.holdfast.test";
        outside.well(&format!("{ask} --no-input {set}"), &[], "").await;
        let text = fs::read_to_string(&file).unwrap();
        let level = if stage == "dev" { "debug" } else { "info" };
        assert!(text.contains(&format!("LogLevel: {level}\n")) && !text.contains("PagesUrl"), "{text}");
        let example = fs::read_to_string(outside.folder.join(format!("{stage}.yaml"))).unwrap();
        assert!(example.contains("example.com"), "the example is as it was");
    }
    outside.showed_none_of(&[]);
}

/// The doctor opens the page that buyers are led to: the API's own address, pages of the seller's own, or nothing at all.
#[tokio::test]
async fn the_doctor_follows_buyers_to_their_pages() {
    let outside = Outside::new("whsec_now").await;
    for (url, sentence) in [
        ("", "ok       Buyers are led to https://api.holdfast.test/, where the pages are"),
        ("https://hook.holdfast.test", "note     Buyers are led to https://hook.holdfast.test/, which has pages other"),
        ("https://shop.holdfast.test", "MISSING  Buyers are led to https://shop.holdfast.test/, which gives no answer"),
        (
            "https://pages.holdfast.test/gone",
            "MISSING  Buyers are led to https://pages.holdfast.test/gone, which answers 404",
        ),
    ] {
        let file = outside.parameters(&[("PagesUrl", url)]);
        let line = format!("doctor --api {API} --webhook {HOOK} --parameters {file}");
        let (_, said) = outside.run(&line, &[], "").await.unwrap();
        assert!(said.contains(sentence), "{sentence}: {said}");
    }
}
