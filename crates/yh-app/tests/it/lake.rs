//! A project that is open notices when its lake or its records become another's.

use std::{path::Path, sync::Arc};

use yh_app::{
    App, ErrorKind, Result,
    import::{ImportRequest, import_file, undo_import},
    lake::{AdoptedFacts, adopt},
};

use crate::shop::{Shop, orders};

async fn try_import(app: &App, path: &Path) -> Result<Option<i64>> {
    let request = ImportRequest { dataset: "orders".to_owned(), path: path.to_owned(), ..ImportRequest::default() };
    Ok(import_file(app, &request, Arc::new(|_| ()), Arc::default()).await?.import_id)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("made");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() { copy(&path, &target) } else { std::fs::copy(&path, target).map(|_| ()).expect("copied") }
    }
}

#[tokio::test]
async fn an_exchanged_lake_takes_no_import_and_no_undo() {
    let shop = Shop::empty().await;
    let first = shop.import("orders", "orders.csv", &orders(|_, _| 1.0)).await;
    let id = shop.path(".yunheng/lake/lake.json");
    let own = std::fs::read_to_string(&id).expect("an id");
    std::fs::write(&id, r#"{"form":1,"lake":"another"}"#).expect("written");
    let file = shop.path("more.csv");
    std::fs::write(&file, orders(|_, _| 2.0)).expect("written");
    for refused in [try_import(&shop.app, &file).await.expect_err("refused"), undo_import(&shop.app, first).await.expect_err("refused")] {
        assert_eq!((refused.kind, refused.code.as_str()), (ErrorKind::Input, "lake-other"));
    }
    std::fs::write(&id, own).expect("written");
    try_import(&shop.app, &file).await.expect("imported");
}

#[tokio::test]
async fn what_a_copy_took_over_takes_no_import_from_the_first() {
    let records = tempfile::tempdir().expect("a folder");
    let setting = format!("[records]\nurl = \"sqlite://{}?mode=rwc\"\n\n[engine]", records.path().join("r.db").display());
    let shop = Shop::with(("[engine]", &setting)).await;
    shop.import("orders", "orders.csv", &orders(|_, _| 1.0)).await;
    let other = tempfile::tempdir().expect("a folder");
    copy(&shop.path(""), other.path());
    let refused = App::open(other.path()).await.err().expect("a copy is refused");
    assert_eq!(refused.code, "lake-copied");
    adopt(other.path(), AdoptedFacts::Keep).await.expect("it takes the other's place");
    let file = shop.path("more.csv");
    std::fs::write(&file, orders(|_, _| 2.0)).expect("written");
    assert_eq!(try_import(&shop.app, &file).await.expect_err("refused").code, "lake-elsewhere");
    try_import(&App::open(other.path()).await.expect("it opens"), &file).await.expect("imported");
}
