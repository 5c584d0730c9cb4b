//! JSON Lines and nested Parquet: the same rows as from other files, every line accounted for.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, ListArray, StringArray, StructArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field};

use super::*;

const ORDERS: &str = concat!(
    r#"{"订单编号": "001", "placed_at": "2024-11-11T00:30:00+08:00", "paid": 1234.50, "buyer": {"region": "浙江", "tags": ["a"]}}"#,
    "\n\n",
    r#"{"订单编号": 123456789012345678901, "placed_at": "2024-11-10 20:00:00", "paid": "99", "late": true}"#,
    "\n",
    r#"{"订单编号": "003", "placed_at": "2024-11-10 20:00:00", "paid": "many"}"#,
    "\n",
    r#"[1, 2]"#,
    "\n",
    r#"{"订单编号": "004", "placed_at": "2024-11"#,
);

#[test]
fn objects_become_rows_and_bad_lines_rejects() {
    let utf16: Vec<u8> = ORDERS.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let forms: Vec<(&str, Vec<u8>)> = vec![
        ("a.jsonl", ORDERS.into()),
        ("b.ndjson", ORDERS.replace('\n', "\r\n").into()),
        ("c.jsonl.gz", gzip(ORDERS.as_bytes())),
        ("upload-without-ending", [b"\xEF\xBB\xBF", ORDERS.as_bytes()].concat()),
        ("d.jsonl", gb18030(ORDERS)),
        ("e.jsonl", [b"\xFF\xFE".to_vec(), utf16].concat()),
    ];
    for (name, bytes) in forms {
        let mut lake = Lake::of("orders");
        let report = lake.import(name, bytes);
        assert_adds_up(&report);
        assert_eq!((report.rows_read, report.accepted, report.rejected), (5, 2, 3), "{name}: {report:?}");
        assert_eq!(
            lake.rows(&["order_id", "placed_at", "paid", "attributes", "_line"]),
            [
                ["001", "2024-11-10T16:30:00Z", "1234.5000", r#"{"buyer.region":"浙江","buyer.tags":"[\"a\"]"}"#, "1"],
                ["123456789012345678901", "2024-11-10T12:00:00Z", "99.0000", r#"{"late":"true"}"#, "3"],
            ],
            "{name}"
        );
        assert_eq!(report.unmapped, ["buyer.region", "buyer.tags", "late"]);
        let rejects: Vec<_> = report.rejects.iter().map(|reject| (reject.line, reject.reason.as_str())).collect();
        assert_eq!(rejects, [(4, "not a number"), (5, "not a JSON object"), (6, "not a JSON object")], "{name}");
        assert!(report.rejects[2].value.starts_with(r#"{"订单编号": "004""#) && !report.rejects[2].hint.is_empty());
        let listed = std::fs::read_to_string(lake.dir.path().join("rejects.csv")).expect("a list");
        assert!(listed.contains("[1, 2]") && listed.contains("2024-11\"\n"), "{listed}");
    }
}

#[test]
fn keys_that_come_late_are_kept() {
    let mut text = String::new();
    for row in 0..45_000 {
        text += &format!("{{\"order_id\":\"{row}\",\"placed_at\":\"2024-01-{:02} 10:00:00\",\"paid\":1}}\n", row % 28 + 1);
    }
    text += "{\"order_id\":\"late\",\"placed_at\":\"2024-01-01 10:00:00\",\"note\":\"晚到\",\"paid\":0.5}\n";
    let mut lake = Lake::of("orders");
    let report = lake.import("late.jsonl", &text);
    assert_eq!((report.accepted, report.unmapped.as_slice()), (45_001, ["note".to_owned()].as_slice()));
    assert_eq!(report.totals[0].sum.to_string(), "45000.5");
    let last = lake.rows(&["order_id", "attributes", "_line"]).pop().expect("rows");
    assert_eq!(last, ["late", "{\"note\":\"晚到\"}", "45001"]);
    let again = lake.import("late.jsonl", &text);
    assert_eq!((again.unchanged, again.new_rows), (45_001, 0));
}

#[test]
fn an_object_that_is_mapped_is_kept_whole() {
    let line = r#"{"event_id":"e1","time":1700000000123456,"event":"view","event_params":[{"key":"page","value":{"string_value":"/a"}}]}"#;
    let mut lake = Lake::of("events")
        .map(vec![ColumnMapping::from_header("properties", "event_params"), ColumnMapping::from_header("page", "event_params.page")]);
    lake.import("events.jsonl", line);
    let properties = r#"[{"key":"page","value":{"string_value":"/a"}}]"#;
    assert_eq!(lake.rows(&["page", "properties", "occurred_at"]), [["/a", properties, "2023-11-14T22:13:20.123456Z"]]);
}

#[test]
fn what_is_not_json_lines_is_refused() {
    for (text, code) in [
        ("[{\"order_id\":\"1\"},\n{\"order_id\":\"2\"}]", "not-json-lines"),
        ("{\n  \"order_id\": \"1\"\n}\n", "not-json-lines"),
        ("{\"order_id\":\"1\"}\n", "missing-column"),
    ] {
        let error = Lake::of("orders").refuse(text);
        assert_eq!(error.code(), code, "{text}");
        assert!(!error.hint().is_empty());
    }
}

#[test]
fn nested_parquet_reads_like_json() {
    let keys: ArrayRef = Arc::new(StringArray::from(vec!["page", "n", "page"]));
    let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("/a"), None, Some("/b")]));
    let counts: ArrayRef = Arc::new(Int64Array::from(vec![None, Some(7), None]));
    let field = |name: &str, array: &ArrayRef| Arc::new(Field::new(name, array.data_type().clone(), true));
    let value: ArrayRef =
        Arc::new(StructArray::from(vec![(field("string_value", &texts), texts.clone()), (field("int_value", &counts), counts.clone())]));
    let item = StructArray::from(vec![(field("key", &keys), keys.clone()), (field("value", &value), value.clone())]);
    let item_field = Arc::new(Field::new("item", DataType::Struct(item.fields().clone()), true));
    let params: ArrayRef = Arc::new(ListArray::new(item_field, OffsetBuffer::new(vec![0, 2, 3].into()), Arc::new(item), None));
    let ids: ArrayRef = Arc::new(StringArray::from(vec!["e1", "e2"]));
    let times: ArrayRef = Arc::new(Int64Array::from(vec![1_700_000_000_123_456, 1_700_000_001_000_000]));
    let batch = RecordBatch::try_from_iter([("event_id", ids), ("occurred_at", times), ("event_params", params)]).expect("a batch");
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    let mut lake = Lake::of("events").map(vec![ColumnMapping::from_header("page", "event_params.page")]);
    let report = lake.import("events.parquet", &bytes);
    assert_eq!((report.accepted, report.rejected), (2, 0), "{report:?}");
    assert_eq!(
        lake.rows(&["event_id", "occurred_at", "page", "attributes"]),
        [["e1", "2023-11-14T22:13:20.123456Z", "/a", "{\"event_params.n\":\"7\"}"], ["e2", "2023-11-14T22:13:21Z", "/b", ""]]
    );
}
