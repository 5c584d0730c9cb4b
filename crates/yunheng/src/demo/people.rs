//! Thirty people, what they answer for, and one transfer in the middle of 2025.

use super::catalogue::STORES;
use super::sheet::Sheet;
use super::{DemoError, FileSummary, clock};
use std::path::Path;

struct Person {
    name: &'static str,
    title: &'static str,
    department: &'static str,
    manager: Option<usize>,
}

const fn person(name: &'static str, title: &'static str, department: &'static str, manager: usize) -> Person {
    Person { name, title, department, manager: if manager == 0 { None } else { Some(manager) } }
}

pub const PEOPLE_COUNT: usize = 30;

/// P001 to P030, in order; managers are given by number.
const PEOPLE: [Person; PEOPLE_COUNT] = [
    person("沈知远", "运营总监", "运营中心", 0),
    person("林晓棠", "店铺运营主管", "店铺运营部", 1),
    person("周子墨", "店铺运营", "店铺运营部", 2),
    person("何思齐", "店铺运营", "店铺运营部", 2),
    person("高若晴", "店铺运营", "店铺运营部", 2),
    person("罗一鸣", "店铺运营", "店铺运营部", 2),
    person("宋雨桐", "店铺运营", "店铺运营部", 2),
    person("唐嘉树", "店铺运营", "店铺运营部", 2),
    person("许南风", "投放主管", "投放部", 1),
    person("邓可欣", "投放运营", "投放部", 9),
    person("曹景行", "投放运营", "投放部", 9),
    person("彭书瑶", "客户运营主管", "客户运营部", 1),
    person("曾文博", "客户运营", "客户运营部", 12),
    person("萧念真", "客户运营", "客户运营部", 12),
    person("田语凡", "客服主管", "客服部", 1),
    person("董佳宁", "客服", "客服部", 15),
    person("袁思源", "客服", "客服部", 15),
    person("潘若水", "客服", "客服部", 15),
    person("于承泽", "客服", "客服部", 15),
    person("蒋欣悦", "客服", "客服部", 15),
    person("蔡明轩", "客服", "客服部", 15),
    person("余静姝", "客服", "客服部", 15),
    person("杜望舒", "客服", "客服部", 15),
    person("叶清和", "客服", "客服部", 15),
    person("程以沫", "客服", "客服部", 15),
    person("苏晚晴", "商品运营", "商品部", 1),
    person("魏长安", "内容运营", "内容部", 1),
    person("吕子衿", "内容运营", "内容部", 27),
    person("丁一诺", "绩效专员", "人力资源部", 1),
    person("任之恒", "数据管理员", "信息部", 1),
];

/// Service agents are P016 to P025.
pub const AGENTS: usize = 10;
const FIRST_AGENT: u64 = 16;
/// Customer owners are P013 and P014.
const FIRST_OWNER: u64 = 13;
const OWNERS: u64 = 2;

pub fn agent_number(agent: usize) -> u64 {
    FIRST_AGENT + agent as u64
}

/// The person who owns a valuable customer.
pub fn owner_number(customer: usize) -> u64 {
    FIRST_OWNER + customer as u64 % OWNERS
}

/// (person, dimension, value, share, from, to): `to` is the last day, empty while it lasts.
type Assignment = (u64, &'static str, &'static str, f64, &'static str, &'static str);

const START: &str = "2024-01-01";

const ASSIGNMENTS: &[Assignment] = &[
    (3, "store", "S01", 1.0, START, ""),
    // The transfer: 何思齐 leaves S02 and S03 to 高若晴 and takes over S06 and S07.
    (4, "store", "S02", 1.0, START, "2025-06-30"),
    (4, "store", "S03", 1.0, START, "2025-06-30"),
    (4, "store", "S06", 1.0, "2025-07-01", ""),
    (4, "store", "S07", 1.0, "2025-07-01", ""),
    (5, "store", "S06", 1.0, START, "2025-06-30"),
    (5, "store", "S07", 1.0, START, "2025-06-30"),
    (5, "store", "S02", 1.0, "2025-07-01", ""),
    (5, "store", "S03", 1.0, "2025-07-01", ""),
    (6, "store", "S04", 1.0, START, ""),
    (7, "store", "S05", 1.0, START, ""),
    // Two people share the own shops.
    (8, "store", "S08", 0.6, START, ""),
    (7, "store", "S08", 0.4, START, ""),
    (8, "store", "S09", 1.0, START, ""),
    (9, "channel", "付费搜索", 1.0, START, ""),
    (10, "channel", "推荐", 1.0, START, ""),
    (10, "channel", "直播", 1.0, START, ""),
    (11, "channel", "站外", 1.0, START, ""),
    (12, "channel", "社群", 1.0, START, ""),
    (26, "category", "服饰", 1.0, START, ""),
    (26, "category", "美妆", 1.0, START, ""),
    (26, "category", "家居", 1.0, START, ""),
    (26, "category", "食品", 1.0, START, ""),
    (26, "category", "数码配件", 1.0, START, ""),
    (13, "owner", "P013", 1.0, START, ""),
    (14, "owner", "P014", 1.0, START, ""),
    (15, "queue", "客服", 1.0, START, ""),
];

/// Writes people.csv.
pub fn write_people(dir: &Path) -> Result<FileSummary, DemoError> {
    let headers = ["person_id", "name", "title", "department", "manager_id", "email", "joined_at", "left_at"];
    let mut sheet = Sheet::create(dir, "people.csv", &headers)?;
    for (index, person) in PEOPLE.iter().enumerate() {
        let number = index as u64 + 1;
        sheet.code('P', number, 3).text(person.name).text(person.title).text(person.department);
        match person.manager {
            Some(manager) => sheet.code('P', manager as u64, 3),
            None => sheet.empty(),
        };
        let joined = clock::day(2019, 3, 1) + (index as i64 * 97) % 1_700;
        sheet.text(&format!("p{number:03}@example.com")).date(joined).empty().end()?;
    }
    sheet.finish()
}

/// Writes assignments.csv: who answers for which value of which dimension, from when to when.
pub fn write_assignments(dir: &Path) -> Result<FileSummary, DemoError> {
    let headers = ["person_id", "dimension", "value", "share", "from", "to"];
    let mut sheet = Sheet::create(dir, "assignments.csv", &headers)?;
    for (person, dimension, value, share, from, to) in ASSIGNMENTS {
        sheet.code('P', *person, 3).text(dimension).text(value);
        sheet.text(&format!("{share:.2}")).text(from).text(to).end()?;
    }
    for agent in 0..AGENTS {
        let id = format!("P{:03}", agent_number(agent));
        sheet.text(&id).text("agent").text(&id).text("1.00").text(START).empty().end()?;
    }
    sheet.finish()
}

/// The person who runs a store on the last day; used to describe targets.
pub fn store_owner(store: usize) -> &'static str {
    let holds = |a: &&Assignment| a.1 == "store" && a.2 == STORES[store].id && a.5.is_empty();
    let number = ASSIGNMENTS.iter().find(holds).map_or(1, |a| a.0);
    PEOPLE[number as usize - 1].name
}
