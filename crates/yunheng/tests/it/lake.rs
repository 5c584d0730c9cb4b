//! A lake belongs to its records: whatever else they meet is refused, nothing of it is touched, and lost records are made again.

use std::{collections::BTreeMap, fs, path::Path};

use crate::{Project, customers, path, text};

impl Project {
    fn lake(&self) -> std::path::PathBuf {
        self.root().join(".yunheng/lake")
    }

    /// Points the records elsewhere.
    fn set_records(&self, url: &str) {
        let file = self.root().join("yunheng.toml");
        let settings = fs::read_to_string(&file).expect("settings");
        let own = settings.split("[records]").next().expect("a beginning").to_owned();
        fs::write(file, format!("{own}\n[records]\nurl = \"{url}\"\n")).expect("written");
    }

    /// What reads of the folder see: the same bytes before and after an attempt that was refused.
    fn bytes(&self) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        gather(&self.lake(), &mut found);
        found
    }

    /// Every row with its file and line, in an order of their own.
    fn customers(&self) -> Vec<String> {
        let rows = self.ok(&["rows", "--metric", "new_customers", "--format", "csv", "--limit", "100"]);
        let mut rows: Vec<String> = rows.lines().map(str::to_owned).collect();
        rows.sort();
        rows
    }

    fn import_customers(&self, name: &str, rows: usize) {
        let file = self.write(&format!("data/{name}.csv"), customers(rows));
        self.ok(&["import", "customers", path(&file)]);
    }

    /// Everything answers `code`, and not a byte of the lake changes.
    fn is_refused(&self, code: &str) -> String {
        let before = self.bytes();
        let file = self.write("data/other.csv", customers(2));
        let mut said = String::new();
        for arguments in [&["datasets"][..], &["import", "customers", path(&file)], &["import", "undo", "1"], &["lake"]] {
            said = self.fails(arguments, 2);
            assert!(said.contains(&format!("error[{code}]")) && said.contains("hint: "), "{said}");
        }
        assert!(self.bytes() == before, "the lake changed");
        said
    }
}

fn gather(folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    // A folder that is not there holds nothing; opening the project makes it.
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            gather(&path, found);
        } else {
            found.insert(path.display().to_string(), fs::read(&path).expect("readable"));
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() { copy(&path, &target) } else { fs::copy(&path, target).map(|_| ()).expect("copied") }
    }
}

/// A database outside every project.
fn shared(project: &Project) -> String {
    format!("sqlite://{}?mode=rwc", project.folder.path().join("shared.db").display())
}

/// The same project in a folder of its own, with everything in it.
fn copied(project: &Project) -> Project {
    let folder = tempfile::tempdir().expect("a temporary folder");
    copy(&project.root(), &folder.path().join("p"));
    Project { folder }
}

#[test]
fn empty_records_touch_nothing_and_adopt_everything() {
    let project = Project::new();
    project.import_customers("a", 30);
    project.import_customers("b", 40);
    let listed = project.ok(&["imports"]);
    let rows = project.customers();
    project.set_records(&shared(&project));
    assert!(project.is_refused("lake-unknown").contains("yunheng lake adopt"));
    let said = project.ok(&["lake", "adopt"]);
    assert!(said.contains("2 snapshot(s) of 2 import(s) taken over") && said.contains("40 rows"), "{said}");
    assert_eq!(project.rows("customers"), 40);
    assert_eq!(project.ok(&["imports"]), listed);
    assert_eq!(project.customers(), rows);
    // The next import goes on where the numbers ended, and an import can still be taken back.
    project.import_customers("c", 50);
    assert!(project.ok(&["imports"]).lines().any(|line| line.trim_start().starts_with("3 ")));
    project.ok(&["import", "undo", "3"]);
    project.ok(&["import", "undo", "2"]);
    assert_eq!(project.rows("customers"), 30);
    // The records it had before are older now, and are brought up to date.
    project.set_records(&format!("sqlite://{}", project.root().join(".yunheng/records.db").display()));
    assert!(project.is_refused("records-older").contains("yunheng lake adopt"));
    project.ok(&["lake", "adopt"]);
    assert_eq!(project.rows("customers"), 30);
}

#[test]
fn records_of_another_lake_are_refused() {
    let (one, other) = (Project::new(), Project::new());
    one.set_records(&shared(&one));
    one.import_customers("a", 30);
    other.import_customers("b", 5);
    other.set_records(&shared(&one));
    other.is_refused("lake-other");
    assert!(other.fails(&["lake", "adopt"], 2).contains("error[lake-has-facts]"));
    let empty = Project::new();
    empty.set_records(&shared(&one));
    empty.is_refused("lake-missing");
    assert_eq!(one.rows("customers"), 30);
    // Records that are empty belong to the first project that is opened with them.
    let (first, second) = (Project::new(), Project::new());
    for project in [&first, &second] {
        project.set_records(&shared(&first));
    }
    first.ok(&["datasets"]);
    second.is_refused("lake-other");
    first.import_customers("a", 3);
    second.is_refused("lake-missing");
}

#[test]
fn a_copy_that_shares_records_is_refused_and_a_moved_folder_is_not() {
    let project = Project::new();
    let records = tempfile::tempdir().expect("a temporary folder");
    project.set_records(&format!("sqlite://{}?mode=rwc", records.path().join("r.db").display()));
    project.import_customers("a", 30);
    let copy = copied(&project);
    assert!(copy.is_refused("lake-copied").contains("records of its own"));
    project.import_customers("b", 40);
    // Moved: the folder that the records noted is gone.
    let moved = copied(&project);
    fs::remove_dir_all(project.root()).expect("removed");
    assert_eq!(moved.rows("customers"), 40);
    let renamed = moved.folder.path().join("renamed");
    fs::rename(moved.root(), &renamed).expect("renamed");
    fs::create_dir_all(moved.root()).expect("made");
    let output = crate::program().arg("-C").arg(&renamed).args(["lake"]).output().expect("it runs");
    assert!(output.status.success() && text(&output.stdout).contains("40 rows"), "{}", text(&output.stderr));
    // The first copy lacks the second import.
    fs::remove_dir_all(&renamed).expect("removed");
    assert!(copy.is_refused("lake-older").contains("--replace"));
    copy.ok(&["lake", "adopt", "--replace"]);
    assert_eq!(copy.rows("customers"), 30);
}

#[test]
fn a_copy_takes_the_others_place_when_it_is_told_to() {
    let project = Project::new();
    project.set_records(&shared(&project));
    project.import_customers("a", 30);
    let copy = copied(&project);
    copy.ok(&["lake", "adopt"]);
    assert_eq!(copy.rows("customers"), 30);
    project.is_refused("lake-copied");
}

#[test]
fn a_copy_with_records_of_its_own_is_a_project_of_its_own() {
    let project = Project::new();
    project.import_customers("a", 30);
    let copy = copied(&project);
    copy.import_customers("b", 40);
    assert_eq!((project.rows("customers"), copy.rows("customers")), (30, 40));
}

#[test]
fn a_lost_id_is_found_again_and_lost_files_are_named() {
    let project = Project::new();
    project.import_customers("a", 30);
    fs::remove_file(project.lake().join("lake.json")).expect("removed");
    assert_eq!(project.rows("customers"), 30);
    assert!(project.lake().join("lake.json").exists());
    fs::rename(project.lake(), project.root().join("elsewhere")).expect("moved");
    project.is_refused("lake-missing");
    fs::remove_dir_all(project.lake()).expect("removed");
    fs::rename(project.root().join("elsewhere"), project.lake()).expect("moved back");
    assert_eq!(project.rows("customers"), 30);
}

#[test]
fn older_records_are_refused_and_brought_up_to_date() {
    let project = Project::new();
    project.import_customers("a", 30);
    let backup = backup_records(&project);
    project.import_customers("b", 40);
    restore_records(&project, &backup);
    project.is_refused("records-older");
    assert!(project.ok(&["lake", "adopt"]).contains("1 snapshot(s) of 1 import(s)"));
    assert_eq!(project.rows("customers"), 40);
    // Gone on from different backups: neither is the other's beginning.
    let manifest = project.lake().join("manifest");
    let kept = project.folder.path().join("kept");
    copy(&manifest, &kept);
    restore_records(&project, &backup);
    fs::remove_dir_all(&manifest).expect("removed");
    project.import_customers("c", 50);
    fs::remove_dir_all(&manifest).expect("removed");
    copy(&kept, &manifest);
    project.is_refused("lake-diverged");
    assert!(project.fails(&["lake", "adopt"], 2).contains("error[lake-has-facts]"));
    project.ok(&["lake", "adopt", "--replace"]);
    assert_eq!(project.rows("customers"), 40);
}

/// The database with the log of what is not in it yet, as a backup of the folder has them.
fn backup_records(project: &Project) -> Vec<Option<Vec<u8>>> {
    record_files(project).iter().map(|path| fs::read(path).ok()).collect()
}

fn restore_records(project: &Project, backup: &[Option<Vec<u8>>]) {
    for (path, bytes) in record_files(project).iter().zip(backup) {
        match bytes {
            Some(bytes) => fs::write(path, bytes).expect("restored"),
            None => drop(fs::remove_file(path)),
        }
    }
}

fn record_files(project: &Project) -> [std::path::PathBuf; 3] {
    ["", "-wal", "-shm"].map(|end| project.root().join(format!(".yunheng/records.db{end}")))
}

#[test]
fn a_damaged_manifest_is_refused_and_mended_while_the_records_are_there() {
    let project = Project::new();
    for rows in 1..=3 {
        project.import_customers("a", rows);
    }
    let part = project.lake().join("manifest/000000002-000000002.jsonl");
    let mut bytes = fs::read(&part).expect("a part");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&part, bytes).expect("damaged");
    project.set_records(&shared(&project));
    assert!(project.fails(&["lake", "adopt"], 2).contains("error[lake-manifest-damaged]"));
    project.set_records(&format!("sqlite://{}", project.root().join(".yunheng/records.db").display()));
    assert!(project.ok(&["lake"]).contains("written again"));
    assert!(!project.ok(&["lake"]).contains("written again"));
    project.set_records(&shared(&project));
    project.ok(&["lake", "adopt"]);
    assert_eq!(project.rows("customers"), 3);
}

#[test]
fn what_an_interrupted_import_left_goes_to_the_trash_and_nothing_else() {
    let project = Project::new();
    project.import_customers("a", 30);
    let theirs = project.write(".yunheng/lake/customers/customers-99-2025-01-1.parquet", "not ours");
    let note = project.write(".yunheng/lake/staging/0123456789abcdef", "");
    let ours = project.write(".yunheng/lake/customers/customers-98-0123456789abcdef-2025-01-1.parquet", "half");
    project.import_customers("b", 40);
    assert!(theirs.exists() && !ours.exists() && !note.exists());
    let days: Vec<_> = fs::read_dir(project.lake().join("trash")).expect("trash").map(|day| day.expect("a day").path()).collect();
    assert_eq!(fs::read(days[0].join("customers").join(ours.file_name().expect("a name"))).expect("kept"), b"half");
    assert!(project.ok(&["lake"]).contains("1 file(s) that no snapshot names"));
}
