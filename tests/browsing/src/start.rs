//! Starting a test, and ending it.

use std::{future::Future, panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt;
use tokio::time::timeout;

use crate::{driver::Driver, screen::Script, shop::Shop, tab::Tab};

/// How long one test may take.
const LONGEST: Duration = Duration::from_secs(600);

/// Runs a test in a browser on a shop of its own. What it fails with is kept as a picture, and all processes end. What was
/// bought then agrees with the table and with Stripe.
pub async fn browse<F, Done>(script: Script, test: F)
where
    F: FnOnce(Shop, Tab) -> Done,
    Done: Future<Output = ()>,
{
    browse_with(&[], script, test).await;
}

/// The same on a shop with other settings.
pub async fn browse_with<F, Done>(settings: &[(&str, &str)], script: Script, test: F)
where
    F: FnOnce(Shop, Tab) -> Done,
    Done: Future<Output = ()>,
{
    run(Shop::open(settings).await, script, &[], test).await;
}

/// The same in a browser with arguments of its own, which the shop is prepared for first.
pub async fn browse_before<P, F, Done>(prepare: P, test: F)
where
    P: AsyncFnOnce(&Shop) -> Vec<String>,
    F: FnOnce(Shop, Tab) -> Done,
    Done: Future<Output = ()>,
{
    let shop = Shop::open(&[]).await;
    let arguments = prepare(&shop).await;
    run(shop, Script::On, &arguments, test).await;
}

async fn run<F, Done>(shop: Shop, script: Script, arguments: &[String], test: F)
where
    F: FnOnce(Shop, Tab) -> Done,
    Done: Future<Output = ()>,
{
    let driver = Driver::start().await;
    let browser = driver.browser(script, arguments).await;
    let tab = Tab::new(&browser, &shop.address);
    let ran = AssertUnwindSafe(timeout(LONGEST, test(shop.clone(), tab.clone()))).catch_unwind().await;
    let failed = !matches!(ran, Ok(Ok(())));
    if failed {
        tab.keep_what_it_shows().await;
    }
    driver.end(&browser).await;
    match ran {
        Ok(within) => within.expect("the test ends in time"),
        Err(panic) => std::panic::resume_unwind(panic),
    }
    shop.world.finish().await;
}
