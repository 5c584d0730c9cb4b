//! The forms files come in: encodings, delimiters, preambles, sheets, Parquet, values as exports write them.

use std::sync::Arc;

use arrow::array::{ArrayRef, Decimal128Array, StringArray, TimestampMicrosecondArray};

use super::*;

const ORDERS: &str = "订单编号,下单时间,实付金额,备注\n001,2024-11-11 00:30:00,\"1,234.50\",你好\n002,2024-11-10 20:00:00,¥99,\n";

#[test]
fn text_in_every_encoding_and_wrapping_gives_the_same_rows() {
    let utf16: Vec<u8> = ORDERS.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16_big: Vec<u8> = ORDERS.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let forms: Vec<(&str, Vec<u8>, &str)> = vec![
        ("a.csv", ORDERS.into(), "utf-8"),
        ("b.csv", [b"\xEF\xBB\xBF", ORDERS.as_bytes()].concat(), "utf-8"),
        ("c.csv", gb18030(ORDERS), "gb18030"),
        ("d.csv", [b"\xFF\xFE".to_vec(), utf16].concat(), "utf-16le"),
        ("e.csv", [b"\xFE\xFF".to_vec(), utf16_big].concat(), "utf-16be"),
        ("f.csv.gz", gzip(ORDERS.as_bytes()), "utf-8"),
        ("g.csv", ORDERS.replace('\n', "\r\n").into(), "utf-8"),
        ("h.tsv", ORDERS.replace("\"1,234.50\"", "1234.5").replace(',', "\t").into(), "utf-8"),
        ("i.csv", ORDERS.replace("\"1,234.50\"", "1234.5").replace(',', ";").into(), "utf-8"),
        ("j.csv", format!("店铺订单明细\n导出时间：2024-12-01\n\n{ORDERS}").into(), "utf-8"),
        ("k.csv", ORDERS.trim_end().into(), "utf-8"),
    ];
    for (name, bytes, encoding) in forms {
        let mut lake = Lake::of("orders");
        let report = lake.import(name, bytes);
        assert_adds_up(&report);
        assert_eq!(report.format.encoding.as_deref(), Some(encoding), "{name}");
        assert_eq!(
            lake.rows(&["order_id", "placed_at", "paid", "attributes"]),
            [["001", "2024-11-10T16:30:00Z", "1234.5000", "{\"备注\":\"你好\"}"], ["002", "2024-11-10T12:00:00Z", "99.0000", ""]],
            "{name}"
        );
        assert_eq!(report.unmapped, ["备注"]);
        let paid = report.totals.iter().find(|total| total.column == "paid").expect("summed");
        assert_eq!(paid.sum.to_string(), "1333.5", "{name}");
    }
}

#[test]
fn what_was_confirmed_of_a_header_is_read_so_again() {
    let confirmed = |column: &str, header: &str| ColumnMapping::from_header(column, header);
    let mut lake = Lake::of("orders");
    lake.remembered = vec![
        confirmed("order_id", "票号"),
        ColumnMapping { format: Some("%d/%m/%Y".into()), ..confirmed("placed_at", "开单") },
        ColumnMapping { unit: Some("万元".into()), ..confirmed("paid", "合计") },
        ColumnMapping { values: [("结清".to_owned(), "paid".to_owned())].into(), ..confirmed("status", "进度") },
        confirmed("shipped_at", "不在此文件"),
    ];
    lake.import("a.csv", "票号,开单,合计,进度\n7,03/04/2024,1.5,结清\n");
    assert_eq!(lake.rows(&["order_id", "placed_at", "paid", "status"]), [["7", "2024-04-02T16:00:00Z", "15000.0000", "paid"]]);
}

#[test]
fn letters_that_come_late_are_still_told() {
    let mut text = String::from("order_id,placed_at,status,note\n");
    for row in 0..60_000 {
        text += &format!("{row},2024-01-{:02} 10:00:00,paid,plain\n", row % 28 + 1);
    }
    text += "99999999,2024-01-01 10:00:00,已付款,晚到的字\n";
    let mut lake = Lake::of("orders");
    let report = lake.import("late.csv", gb18030(&text));
    assert_eq!(report.format.encoding.as_deref(), Some("gb18030"));
    assert_eq!(report.accepted, 60_001);
    let last = lake.rows(&["order_id", "status", "attributes", "_line"]).pop().expect("rows");
    assert_eq!(last, ["99999999", "paid", "{\"note\":\"晚到的字\"}", "60002"]);
}

#[test]
fn lines_are_those_of_the_file() {
    let mut lake = Lake::keyless();
    lake.import("a.csv", "出口\n\nat,name\n2024-01-01,\"two\nlines\"\n\n2024-01-02,b\n");
    assert_eq!(lake.rows(&["_line", "name"]), [["4", "two\nlines"], ["7", "b"]]);
}

#[test]
fn values_as_exports_write_them() {
    let text = "order_id,placed_at,paid,discount,status,is_excluded,customer_id\n\
        =\"0001\",2024/1/2 8:05,（12.30）,１２,交易成功,是,'10086\n\
        \t0002\t,20240102,-,1.5万,买家已付款,否,\n\
        0003,2024-01-02T08:05:00+09:00,$5,US$0.1,paid,,x\n";
    let mut lake = Lake::of("orders");
    let report = lake.import("a.csv", text);
    assert_eq!(report.rejected, 0, "{:?}", report.rejects);
    assert_eq!(
        lake.rows(&["order_id", "placed_at", "paid", "discount", "status", "is_excluded", "customer_id"]),
        [
            ["0001", "2024-01-02T00:05:00Z", "-12.3000", "12.0000", "confirmed", "true", "10086"],
            ["0002", "2024-01-01T16:00:00Z", "", "15000.0000", "paid", "false", ""],
            ["0003", "2024-01-01T23:05:00Z", "5.0000", "0.1000", "paid", "", "x"],
        ]
    );
}

#[test]
fn mappings_scale_rename_and_fix_values() {
    let mut paid = ColumnMapping::from_header("paid", "实付(万)");
    paid.unit = Some("万元".into());
    let mut placed = ColumnMapping::from_header("placed_at", "时刻");
    placed.format = Some("%d.%m.%y %H:%M".into());
    let mut status = ColumnMapping::from_header("status", "状况");
    status.values.insert("好".into(), "paid".into());
    let currency = ColumnMapping { column: "currency".into(), value: Some("GBP".into()), ..ColumnMapping::default() };
    let mut lake = Lake::of("orders").map(vec![ColumnMapping::from_header("order_id", "号"), paid, placed, status, currency]);
    lake.zone = "Europe/London";
    let report = lake.import("a.csv", "号,实付(万),时刻,状况\n1,1.25,05.06.11 08:26,好\n2,3万,05.06.11 08:26,坏\n");
    assert_eq!(
        lake.rows(&["order_id", "paid", "placed_at", "status", "currency"]),
        [["1", "12500.0000", "2011-06-05T07:26:00Z", "paid", "GBP"], ["2", "30000.0000", "2011-06-05T07:26:00Z", "坏", "GBP"]]
    );
    assert!(report.notes.iter().any(|note| note.contains("坏")), "{:?}", report.notes);
}

#[test]
fn rows_go_to_files_by_business_month() {
    let mut lake = Lake::of("orders");
    lake.import("a.csv", "order_id,placed_at\n1,2024-01-31 23:59:59\n2,2024-02-01 00:00:00\n3,2024-01-05\n");
    let mut months: Vec<(Option<String>, u64)> = lake.live.iter().map(|file| (file.month.clone(), file.rows)).collect();
    months.sort();
    assert_eq!(months, [(Some("2024-01".to_owned()), 2), (Some("2024-02".to_owned()), 1)]);
    let january = lake.live.iter().find(|file| file.rows == 2).expect("January");
    assert_eq!(january.min_time, Some(1_704_384_000_000_000));
}

#[test]
fn total_rows_are_not_data_and_are_compared() {
    let text = "order_id,placed_at,paid\n1,2024-01-01,10\n小计,,10\n2,2024-01-02,20.5\n合计：,,31\n";
    let mut lake = Lake::of("orders");
    let report = lake.import("a.csv", text);
    assert_adds_up(&report);
    assert_eq!((report.accepted, report.rejected, report.total_rows), (2, 0, 2));
    let paid = &report.totals[0];
    assert_eq!((paid.sum.to_string(), paid.file_total.map(|total| total.to_string())), ("30.5".into(), Some("31".into())));
    let mut keyless = Lake::keyless();
    let report = keyless.import("b.csv", "at,name,count\n2024-01-01,a,1\n,Total,1\n");
    assert_eq!((report.accepted, report.total_rows), (1, 1));
}

#[test]
fn spreadsheets_are_read_like_text() {
    let bytes = zip(&sheet_parts());
    let mut lake = Lake::of("orders");
    let report = lake.import("订单.xlsx", &bytes);
    assert_adds_up(&report);
    assert_eq!((report.format.sheet.as_deref(), report.format.header_row), (Some("明细"), 3));
    assert_eq!(
        lake.rows(&["order_id", "placed_at", "paid", "_line"]),
        [["1002", "2024-01-01T04:00:00Z", "5.0000", "5"], ["A1", "2023-12-31T16:00:00Z", "12.5000", "4"]]
    );
    assert_eq!(report.rejects.len(), 1, "{:?}", report.rejects);
    assert_eq!((report.rejects[0].line, report.rejects[0].value.as_str()), (7, "4.2E+18"));
}

/// The parts of a workbook: a cover sheet, and a sheet with two lines above its header, text-typed numbers, a blank row
/// and a rounded id.
pub(super) fn sheet_parts() -> [(&'static str, Vec<u8>); 7] {
    let cell = |reference: &str, text: &str| format!("<c r=\"{reference}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let number = |reference: &str, number: &str| format!("<c r=\"{reference}\"><v>{number}</v></c>");
    let date = |reference: &str, number: &str| format!("<c r=\"{reference}\" s=\"1\"><v>{number}</v></c>");
    let rows = [
        (1, cell("A1", "店铺订单")),
        (3, [cell("A3", "订单编号"), cell("B3", "下单时间"), cell("C3", "实付金额")].concat()),
        (4, [cell("A4", "A1"), date("B4", "45292"), cell("C4", "12.50")].concat()),
        (5, [number("A5", "1002"), date("B5", "45292.5"), number("C5", "5")].concat()),
        (7, [number("A7", "4200000000000000001"), date("B7", "45292.5"), number("C7", "5")].concat()),
    ];
    let rows: String = rows.iter().map(|(row, cells)| format!("<row r=\"{row}\">{cells}</row>")).collect();
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/package/2006/relationships";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let sheet = |rows: &str| format!("{head}<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>");
    let cover = sheet(&format!("<row r=\"1\">{}</row>", cell("A1", "说明")));
    [
        (
            "[Content_Types].xml",
            format!(
                "{head}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "{head}<Relationships xmlns=\"{relations}\"><Relationship Id=\"r1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "{head}<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"封面\" sheetId=\"1\" r:id=\"r1\"/><sheet name=\"明细\" sheetId=\"2\" r:id=\"r2\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "{head}<Relationships xmlns=\"{relations}\"><Relationship Id=\"r1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet2.xml\"/><Relationship Id=\"r3\" Type=\"{office}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "{head}<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", cover),
        ("xl/worksheets/sheet2.xml", sheet(&rows)),
    ]
    .map(|(name, text)| (name, text.into_bytes()))
}

/// A ZIP archive of stored (not packed) files.
pub(super) fn zip(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        let size = bytes.len() as u32;
        let start = out.len() as u32;
        let mut common = vec![20, 0, 0, 8, 0, 0, 0, 0, 33, 0];
        for word in [crc.sum(), size, size] {
            common.extend(word.to_le_bytes());
        }
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend([name.as_bytes(), bytes].concat());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(start.to_le_bytes());
        directory.extend(name.bytes());
    }
    let (start, size, count) = (out.len() as u32, directory.len() as u32, files.len() as u16);
    out.extend(directory);
    out.extend(b"PK\x05\x06\x00\x00\x00\x00");
    out.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    out.extend([size.to_le_bytes(), start.to_le_bytes()].concat());
    out.extend([0, 0]);
    out
}

#[test]
fn parquet_is_read_with_its_types() {
    let wall = TimestampMicrosecondArray::from(vec![1_704_096_000_000_000, 1_706_774_400_000_000]);
    let instant = wall.clone().with_timezone("UTC");
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("order_id", Arc::new(StringArray::from(vec!["01", "a,\"b\""]))),
        ("placed_at", Arc::new(wall)),
        ("paid_at", Arc::new(instant)),
        ("paid", Arc::new(Decimal128Array::from(vec![Some(1250), None]).with_precision_and_scale(10, 2).expect("fits"))),
    ];
    let batch = RecordBatch::try_from_iter(columns).expect("a batch");
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    let mut lake = Lake::of("orders");
    let report = lake.import("orders.parquet", &bytes);
    assert_adds_up(&report);
    assert_eq!(
        lake.rows(&["order_id", "placed_at", "paid_at", "paid", "_line"]),
        [
            ["01", "2024-01-01T00:00:00Z", "2024-01-01T08:00:00Z", "12.5000", "1"],
            ["a,\"b\"", "2024-02-01T00:00:00Z", "2024-02-01T08:00:00Z", "", "2"]
        ]
    );
}

#[test]
fn previews_propose_and_suggest() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("x.csv");
    std::fs::write(&path, gb18030(&format!("说明\n{ORDERS}"))).expect("written");
    let datasets = yh_model::dataset::canonical_datasets();
    let preview = preview(&path, &Default::default(), datasets, Limits::default()).expect("a preview");
    assert_eq!((preview.format.header_row, preview.format.encoding.as_deref()), (2, Some("gb18030")));
    assert_eq!(preview.rows[0][0], "001");
    let kinds: Vec<ColumnKind> = preview.columns.iter().map(|column| column.kind).collect();
    assert_eq!(kinds, [ColumnKind::Text, ColumnKind::Instant, ColumnKind::Money, ColumnKind::Text]);
    let dataset = suggest_dataset(&preview, datasets).expect("one fits");
    assert_eq!(dataset.name, "orders");
    let proposals = propose_mapping(&preview, dataset, &[ColumnMapping::from_header("region", "备注")]);
    let columns: Vec<Option<&str>> = proposals.iter().map(|proposal| proposal.column.as_deref()).collect();
    assert_eq!(columns, [Some("order_id"), Some("placed_at"), Some("paid"), Some("region")]);
    assert_eq!(proposals[3].confidence, 1.0);
    let choices: Vec<(String, Option<String>)> = vec![("实付金额".into(), None), ("订单编号".into(), Some("order_id".into()))];
    let mapping = mapping_of_choices("orders", Default::default(), &choices);
    assert_eq!(mapping.attributes, ["实付金额"]);
}

#[test]
fn suggests_a_dataset_though_one_column_is_missing_or_odd() {
    let dir = tempfile::tempdir().expect("a directory");
    let datasets = yh_model::dataset::canonical_datasets();
    for (text, dataset) in [
        // 昨天 is no time: the column is known by name alone.
        ("订单编号,买家会员名,订单创建时间,订单状态,运费\n1,甲,2025-01-01 10:00,交易成功,5\n2,乙,昨天,交易成功,5\n", Some("orders")),
        // No line number, which order items need.
        ("订单编号,商品编号,数量,单价,颜色\n1,p1,2,9.9,红\n", Some("order_items")),
        ("甲,乙,丙\n1,2,3\n", None),
    ] {
        let path = dir.path().join("x.csv");
        std::fs::write(&path, text).expect("written");
        let preview = preview(&path, &Default::default(), datasets, Limits::default()).expect("a preview");
        assert_eq!(suggest_dataset(&preview, datasets).map(|found| found.name.as_str()), dataset, "{text}");
    }
}

#[test]
fn files_that_are_no_text_are_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let noise: Vec<u8> = (0..4000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for (name, bytes) in [("photo.csv", noise), ("report.pdf", b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\n".to_vec())] {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        let error = preview(&path, &Default::default(), yh_model::dataset::canonical_datasets(), Limits::default()).expect_err(name);
        assert_eq!(error.code(), "not-a-table", "{name}: {error}");
    }
}
