//! Tables at the desk: at once, or as a file.

use holdfast_tests::{Browser, ORGANIZATION, World};
use http::Method;

use super::staff;

fn path() -> String {
    format!("/desk/{ORGANIZATION}/exports")
}

#[tokio::test]
async fn each_table_is_downloaded_with_its_filters() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let mut browser = staff(&world).await;
    let page = browser.open(&path()).await;
    for kind in ["orders", "lines", "tickets", "refunds", "payouts"] {
        assert!(page.says(&format!("<option value=\"{kind}\"")), "{kind}: {}", page.text);
        let table = browser
            .submit(&page, &path(), &[("kind", kind), ("how", "now"), ("from", ""), ("to", ""), ("listing", "")])
            .await;
        assert_eq!(table.status.as_u16(), 200, "{kind}: {}", table.text);
        assert_eq!(table.headers["content-disposition"], format!("attachment; filename=\"{kind}.csv\""));
        assert!(!table.path.contains("csrf"), "{}", table.path);
        assert_eq!(table.says(&order.id), kind != "refunds", "{kind}: {}", table.text);
    }
    let none = browser.open(&format!("{}/table?kind=orders&from=2999-01-01", path())).await;
    assert!(none.status.as_u16() == 200 && !none.says(&order.id), "{}", none.text);
    for (query, said) in [
        ("kind=orders&from=soon", "Must be a day"),
        ("kind=all", "Choose one"),
        ("kind=orders&listing=No!", "wrong-listing"),
    ] {
        let wrong = browser.open(&format!("{}/table?{query}", path())).await;
        assert!(wrong.status.as_u16() == 400 && wrong.says(said), "{query}: {}", wrong.text);
    }
    world.finish().await;
}

#[tokio::test]
async fn a_file_is_written_in_the_background_and_its_page_says_how_far_it_is() {
    let world = World::new().await;
    let order = world.bought("general", 2).await;
    let mut browser = staff(&world).await;
    let page = browser.open(&path()).await;
    assert!(page.says("There are none"), "{}", page.text);
    let running = browser.submit(&page, &path(), &[("kind", "payouts"), ("how", "file")]).await;
    let own = running.path.clone();
    assert!(own.starts_with(&format!("{}/exp_", path())) && running.says("being written"), "{own}: {}", running.text);
    let version = browser.open(&format!("{own}/version")).await;
    assert_eq!(version.text, "running 0");
    // There is no file yet, so it leads back.
    assert_eq!(browser.send(Method::GET, &format!("{own}/file"), None).await.location(), own);
    world.advance(1).await;
    world.sweep().await;
    world.settle().await;
    let done = browser.open(&own).await;
    assert!(done.says("Download the file") && !done.says("data-fetch"), "{}", done.text);
    let link = browser.send(Method::GET, &format!("{own}/file"), None).await;
    let file = link.location().split_once("/local/files").expect("the local bucket").1.to_owned();
    let file = world.get(&format!("/local/files{file}")).await;
    assert!(file.status.as_u16() == 200 && file.text.contains(&order.id), "{}", file.text);
    let list = browser.open(&path()).await;
    assert!(list.says(&format!("href=\"{own}\"")) && list.says("Payouts"), "{}", list.text);

    // It is this organization's alone.
    world.organization("globex", serde_json::json!({})).await.expect(201);
    let mut other = Browser::new(&world);
    crate::pages::sign_in::signed_in_as(&mut other, "eve", "globex", "staff", "/cart").await;
    let theirs = own.replace(ORGANIZATION, "globex");
    assert_eq!(other.open(&theirs).await.status.as_u16(), 404);
    assert!(!other.open("/desk/globex/exports").await.says("exp_"));
    assert_eq!(browser.open(&format!("{}/nosuch", path())).await.status.as_u16(), 404);
    world.advance(8 * 24 * 3_600).await;
    let gone = staff(&world).await.open(&own).await;
    assert!(gone.says("kept no more"), "{}", gone.text);
    world.finish().await;
}
