//! The pictures of README and architecture draw what the template declares: who sends to which queue, asks Stripe and works on
//! the table.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use local::template::Template;

use super::coverage::root;

/// Arrows by where they lead to, each with the functions that they come from.
type Arrows = BTreeMap<String, BTreeSet<String>>;

/// The arrows of a picture in Mermaid's `flowchart`. A node whose label has several names is each of them. Dotted arrows are
/// no calls.
fn arrows(picture: &str) -> Arrows {
    let mut labels = BTreeMap::<&str, Vec<&str>>::new();
    let mut found = Vec::new();
    for line in picture.lines().filter(|line| line.contains("-->")) {
        // What stands between two arrows: nodes, and the words on the second arrow.
        let groups: Vec<Vec<&str>> = line
            .split("-->")
            .map(|part| part.split(" -- ").next().unwrap_or_default())
            .map(|nodes| nodes.split('&').map(str::trim).collect())
            .collect();
        let ids = |nodes: &Vec<&str>| nodes.iter().map(|node| id(node).to_owned()).collect::<Vec<_>>();
        for node in groups.iter().flatten() {
            let names = node.trim_start_matches(id(node)).trim_matches(|c| "()[]".contains(c));
            if names.contains('·') {
                labels.insert(id(node), names.split('·').map(str::trim).collect());
            }
        }
        found.extend(groups.windows(2).map(|pair| (ids(&pair[0]), ids(&pair[1]))));
    }
    let mut arrows = Arrows::new();
    for (from, to) in found {
        let names = from.iter().flat_map(|id| match labels.get(id.as_str()) {
            Some(names) => names.iter().map(|name| (*name).to_owned()).collect(),
            None => vec![id.clone()],
        });
        let names: BTreeSet<_> = names.collect();
        for to in to {
            arrows.entry(to).or_default().extend(names.iter().cloned());
        }
    }
    arrows
}

fn id(node: &str) -> &str {
    node.split(['(', '[']).next().unwrap_or_default()
}

fn picture(file: &str) -> String {
    let text = fs::read_to_string(root().join(file)).unwrap();
    let (_, after) = text.split_once("```mermaid\n").unwrap_or_else(|| panic!("{file} has no picture"));
    after.split("```").next().unwrap_or_default().to_owned()
}

#[test]
fn who_sends_asks_and_writes_is_drawn_as_the_template_says() {
    let template = Template::embedded().unwrap();
    let given = |setting: &str| -> BTreeSet<String> {
        let has = template.functions.iter().filter(|function| function.environment.iter().any(|v| v.name == setting));
        has.map(|function| function.name.clone()).collect()
    };
    for file in ["README.md", "docs/ARCHITECTURE.md"] {
        let arrows = arrows(&picture(file));
        for (node, setting) in [
            ("queue", "QUEUE_URL"),
            ("work", "WORK_QUEUE_URL"),
            ("stripe", "STRIPE_SECRET_KEY_ARN"),
            ("table", "TABLE_NAME"),
        ] {
            let expected = given(setting);
            assert!(!expected.is_empty(), "{setting} is given to no function");
            assert_eq!(arrows.get(node), Some(&expected), "{file}: arrows to {node}, and who has {setting}");
        }
        for (node, function) in [("queue", "notify"), ("work", "worker")] {
            let works_on = template.functions.iter().find(|spec| spec.name == function).unwrap().queue_batch.is_some();
            assert!(works_on && arrows[function].contains(node), "{file}: {function} works on {node}");
        }
    }
}

#[test]
fn arrows_are_read_from_a_picture() {
    let found = arrows(
        "flowchart LR\n    a([A]) -- x y --> b[c · d] & e\n    b & e -- z --> q[[Q]] --> n -- m --> s([S])\n    q -. no .-> l\n",
    );
    let names = |to: &str| found[to].iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!((names("b"), names("e"), names("q")), (vec!["a"], vec!["a"], vec!["c", "d", "e"]));
    assert_eq!((names("n"), names("s"), found.get("l")), (vec!["q"], vec!["n"], None));
}
