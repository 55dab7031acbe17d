//! Fonts are a layer of the functions that print, and no part of their programs.

use std::{collections::BTreeSet, fs, path::Path};

use holdfast_tests::programs::Program;
use serde_json::json;
use serde_norway::Value as Yaml;

use super::programs::{answered, event, http_event, on_the_network, path, tickets_on_sale};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn template() -> Yaml {
    serde_norway::from_str(&fs::read_to_string(root().join("infra/template.yaml")).unwrap()).unwrap()
}

/// What `!Ref` names, where that stands.
fn reference(value: &Yaml) -> Option<&str> {
    match value {
        Yaml::Tagged(tagged) if tagged.tag == "Ref" => tagged.value.as_str(),
        _ => None,
    }
}

#[test]
fn functions_with_a_folder_of_fonts_have_the_layer_and_the_layer_has_them_there() {
    let template = template();
    let resources = template["Resources"].as_mapping().unwrap();
    let functions = resources.iter().filter(|(_, resource)| resource["Type"] == "AWS::Serverless::Function");
    let mut with = BTreeSet::new();
    for (name, function) in functions {
        let properties = &function["Properties"];
        let layers = properties["Layers"].as_sequence().cloned().unwrap_or_default();
        let has = layers.iter().any(|layer| reference(layer) == Some("Fonts"));
        let folder_of = properties["Environment"]["Variables"]["FONTS_DIR"].as_str();
        assert_eq!(folder_of, has.then_some("/opt/fonts"), "{name:?}");
        with.extend(has.then(|| name.as_str().unwrap()));
    }
    assert_eq!(with.into_iter().collect::<Vec<_>>(), ["Notify", "Orders", "Pages"]);
    // A layer's content is what lies in its folder, and Lambda puts it into /opt.
    let content = template["Resources"]["Fonts"]["Properties"]["ContentUri"].as_str().unwrap();
    let folder = root().join("infra").join(content);
    let below: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(below, ["fonts"]);
    assert!(folder.join("fonts/NotoSans-Regular.ttf").is_file());
}

/// 11 MB of fonts would show.
#[test]
fn no_program_carries_a_font() {
    // What every TrueType font of ours names itself.
    let name = "Noto Sans Devanagari".encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
    let holds = |bytes: &[u8]| bytes.windows(name.len()).any(|part| part == name);
    let font = root().join("shared/documents/layer/fonts/NotoSansDevanagari-Regular.ttf");
    assert!(holds(&fs::read(font).unwrap()), "the search finds one");
    for function in ["orders", "pages", "notify"] {
        assert!(!holds(&fs::read(path(function)).unwrap()), "{function}");
    }
}

/// With the folder as the layer has it, and with one that lacks a font: the rest of the function works, and its log says which file.
#[tokio::test]
async fn documents_are_printed_from_the_folder_that_the_setting_names() {
    let (world, mut settings) = on_the_network().await;
    tickets_on_sale(&world, &settings).await;
    let mut checkout = Program::start("checkout", path("checkout"), &settings).await;
    let (status, placed, raw) = answered(checkout.invoke(&event("checkout-http.json")).await);
    assert_eq!(status, 201, "{raw}");
    let bought = holdfast_tests::Bought::of(placed);
    world.pay(&bought);
    world.send_webhooks().await;
    let ask = |what: &str| {
        let path = format!("/v1/orders/{}{what}", bought.id);
        http_event("orders-http.json", &path, &[("x-order-token", &bought.token)], None)
    };

    let fonts = root().join("shared/documents/layer/fonts").canonicalize().unwrap();
    settings.insert("FONTS_DIR".to_owned(), fonts.display().to_string());
    let mut orders = Program::start("orders", path("orders"), &settings).await;
    let (status, _, raw) = answered(orders.invoke(&ask("/tickets.pdf")).await);
    assert_eq!((status, raw["isBase64Encoded"].as_bool()), (200, Some(true)));

    let empty = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no-fonts");
    fs::create_dir_all(&empty).unwrap();
    settings.insert("FONTS_DIR".to_owned(), empty.display().to_string());
    let mut orders = Program::start("orders", path("orders"), &settings).await;
    assert_eq!(answered(orders.invoke(&ask("")).await).1["status"], "paid");
    let (status, problem, _) = answered(orders.invoke(&ask("/tickets.pdf")).await);
    assert_eq!((status, &problem["code"]), (500, &json!("internal")));
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let file = empty.join("NotoSans-Regular.ttf").display().to_string();
    assert!(orders.lines().iter().any(|line| line.contains("tickets not rendered") && line.contains(&file)));

    // And without the folder nothing starts.
    settings.insert("FONTS_DIR".to_owned(), "/opt/no-such-folder".to_owned());
    for function in ["orders", "pages", "notify"] {
        let mut program = Program::start(function, path(function), &settings).await;
        assert!(!program.end().await, "{function}");
        assert!(program.lines().iter().any(|line| line.contains("FONTS_DIR")), "{function}: {:?}", program.lines());
    }
    world.finish().await;
}
