//! Every preset reads a file with its system's headers and quirks: rows, sums, ids, times, states.

use yh_model::source::find_preset;

use super::*;

/// Imports a preset's example file.
fn read(preset: &str, dataset: &str, file: &str) -> (Lake, ImportReport) {
    let definition = &find_preset(preset).expect(preset).definition;
    let mut lake = Lake::with(definition.dataset(dataset).expect(dataset).clone());
    lake.mapping = definition.files.iter().find(|file| file.dataset == dataset).cloned();
    lake.zone = if definition.timezone.is_some() { "Asia/Shanghai" } else { "UTC" };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../yunheng/tests/presets").join(preset).join(file);
    let report = lake.import(file, std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())));
    assert_adds_up(&report);
    (lake, report)
}

fn sum(report: &ImportReport, column: &str) -> String {
    report.totals.iter().find(|total| total.column == column).expect(column).sum.to_string()
}

#[test]
fn qianniu_orders_and_lines() {
    let (lake, report) = read("qianniu", "orders", "ExportOrderList202411.csv");
    assert_eq!((report.accepted, report.rejected, report.format.encoding.as_deref()), (5, 0, Some("gb18030")));
    assert_eq!((sum(&report, "paid"), sum(&report, "list_amount")), ("1367.5".into(), "3098".into()));
    let rows = lake.rows(&["order_id", "customer_id", "placed_at", "paid_at", "status", "store_id"]);
    assert_eq!(rows[0], ["2386100000000000001", "买家一", "2024-11-10T12:00:01Z", "2024-11-10T12:01:30Z", "confirmed", "S01"]);
    assert_eq!(lake.column("status"), ["closed", "confirmed", "paid", "placed", "shipped"]);
    assert_eq!(rows[2][3], "", "not paid yet");
    assert!(lake.column("attributes").iter().all(|kept| !kept.contains("西湖区")), "addresses are not kept");
    let (lake, report) = read("qianniu", "order_items", "ExportOrderDetailList202411.csv");
    assert_eq!((report.accepted, sum(&report, "paid")), (3, "1249".into()));
    assert_eq!(
        lake.rows(&["order_id", "line", "product_id", "unit_price"])[2],
        ["2386100000000000004", "2386100000000000042", "700000000003", "200.0000"]
    );
}

#[test]
fn sycm_and_shangzhi_days() {
    let (lake, report) = read("sycm", "traffic", "【生意参谋平台】店铺_核心数据_2024-11-11.csv");
    assert_eq!((report.accepted, report.format.header_row), (3, 4));
    assert_eq!(
        (sum(&report, "paid_amount"), sum(&report, "paying_buyers"), sum(&report, "paid_orders")),
        ("1246913.49".into(), "4441".into(), "4630".into())
    );
    let rows = lake.rows(&["period_start", "store_id", "grain", "visitors", "carts", "favourites"]);
    assert_eq!(rows[1], ["2024-11-10T16:00:00Z", "S01", "day", "98765", "9876", "543"]);
    assert_eq!(rows[2][4], "", "a dash is no number");
    let (lake, report) = read("shangzhi", "traffic", "京东商智_交易概况_20241111.csv");
    assert_eq!((report.accepted, sum(&report, "paid_amount"), sum(&report, "paid_orders")), (2, "632800.5".into(), "3160".into()));
    assert_eq!(lake.column("visitors"), ["12000", "66000"]);
}

#[test]
fn wanxiangtai_spend() {
    let (lake, report) = read("wanxiangtai", "ad_spend", "万相台_单元报表_20241111.csv");
    assert_eq!((report.accepted, sum(&report, "cost"), sum(&report, "clicks")), (3, "2537.25".into(), "2270".into()));
    assert_eq!((sum(&report, "platform_conversions"), sum(&report, "platform_revenue")), ("111".into(), "22000.5".into()));
    assert_eq!(
        lake.rows(&["date", "channel", "campaign", "adgroup", "store_id"])[1],
        ["2024-11-10", "关键词推广", "双11-毛衣", "毛衣-核心词", "S01"]
    );
}

#[test]
fn jingdong_orders_count_once() {
    let (lake, report) = read("jingdong", "orders", "订单导出_20241111.csv");
    assert_eq!((report.rows_read, report.new_rows, report.duplicates_in_file), (4, 3, 1));
    assert_eq!(
        lake.rows(&["order_id", "paid", "status", "paid_at", "confirmed_at", "platform_fee"]),
        [
            ["293000000001", "548.0000", "confirmed", "2024-11-10T12:00:30Z", "2024-11-15T02:00:00Z", "5.4800"],
            ["293000000002", "798.0000", "shipped", "2024-11-10T16:06:00Z", "", "7.9800"],
            ["293000000003", "199.0000", "cancelled", "", "", "0.0000"],
        ]
    );
    let (lake, report) = read("jingdong", "order_items", "订单导出_20241111.csv");
    assert_eq!((report.new_rows, sum(&report, "quantity")), (4, "5".into()));
    assert_eq!(lake.column("product_id"), ["100001", "100001", "100002", "100002"]);
}

#[test]
fn doudian_lines() {
    let (lake, report) = read("doudian", "doudian_lines", "1731300000_订单导出.csv");
    assert_eq!((report.accepted, sum(&report, "paid"), sum(&report, "platform_discount")), (4, "2396.7".into(), "10".into()));
    assert_eq!(
        lake.rows(&["line_id", "order_id", "quantity", "unit_price", "status", "paid_at", "completed_at"])[0],
        ["6923000000000000002", "6923000000000000002", "1", "129.0000", "closed", "2024-11-10T16:30:30Z", ""]
    );
    assert_eq!(lake.column("status"), ["cancelled", "closed", "confirmed", "shipped"]);
    assert!(lake.column("attributes").iter().all(|kept| !kept.contains("138****")));
}

#[test]
fn pinduoduo_states() {
    let (lake, report) = read("pinduoduo", "orders", "orders_export2024-11-12.csv");
    assert_eq!((report.accepted, report.rejected), (4, 1), "an order that was cancelled unpaid has no time");
    assert_eq!((report.rejects[0].line, report.rejects[0].column.as_str()), (6, "订单成交时间"));
    assert_eq!((sum(&report, "paid"), sum(&report, "subsidy"), sum(&report, "discount")), ("156.5".into(), "7".into(), "6".into()));
    assert_eq!(
        lake.rows(&["order_id", "status", "placed_at", "shipped_at"]),
        [
            ["241110-100000000000001", "confirmed", "2024-11-10T04:00:00Z", "2024-11-11T01:00:00Z"],
            ["241110-100000000000002", "closed", "2024-11-10T15:59:59Z", "2024-11-11T02:00:00Z"],
            ["241111-100000000000003", "paid", "2024-11-10T16:00:01Z", ""],
            ["241111-100000000000004", "closed", "2024-11-11T00:00:00Z", ""],
        ]
    );
}

#[test]
fn ga4_events() {
    let (lake, report) = read("ga4", "ga4_events", "events_20241111.jsonl");
    assert_eq!((report.accepted, report.rejected), (4, 0));
    assert_eq!(
        lake.rows(&["event", "occurred_at", "visitor", "session_number", "source", "campaign", "device", "revenue"]),
        [
            ["add_to_cart", "2024-11-10T16:01:00Z", "1234567890.1731254390", "1731254390", "", "", "mobile", ""],
            ["page_view", "2024-11-10T16:00:00.123456Z", "", "", "", "", "desktop", ""],
            ["page_view", "2024-11-10T16:00:00.123456Z", "1234567890.1731254390", "1731254390", "newsletter", "d11", "mobile", ""],
            ["purchase", "2024-11-10T16:02:00.500Z", "1234567890.1731254390", "1731254390", "", "", "mobile", "199.0000"],
        ]
    );
    assert!(lake.column("properties").iter().all(|text| text.starts_with("[{\"key\"")), "parameters are kept whole");
}

#[test]
fn meta_purchases_count_once() {
    let (lake, report) = read("meta_ads", "ad_spend", "insights_2024-11.jsonl");
    assert_eq!((report.accepted, sum(&report, "cost"), sum(&report, "clicks")), (3, "181.75".into(), "550".into()));
    assert_eq!((sum(&report, "platform_conversions"), sum(&report, "platform_revenue")), ("27".into(), "2700.5".into()));
    let taken = report.mapping.iter().find(|mapped| mapped.column == "platform_conversions").and_then(|mapped| mapped.header.as_deref());
    assert_eq!(taken, Some("actions.omni_purchase"));
    assert!(report.unmapped.iter().any(|header| header == "actions.offsite_conversion.fb_pixel_purchase"));
    assert_eq!(lake.column("platform_conversions"), ["", "22.0", "5.0"]);
}

#[test]
fn crm_opportunities_and_leads() {
    let (lake, report) = read("fxiaoke", "opportunities", "商机_20241112.csv");
    assert_eq!((report.accepted, sum(&report, "amount")), (3, "236500.5".into()));
    assert_eq!(
        lake.rows(&["opportunity_id", "won", "stage", "closed_at", "lost_reason"]),
        [
            ["SJ20241001-0001", "true", "赢单", "2024-11-04T16:00:00Z", ""],
            ["SJ20241008-0002", "", "方案报价", "", ""],
            ["SJ20241015-0003", "false", "输单", "2024-11-08T16:00:00Z", "价格"],
        ]
    );
    let (lake, _) = read("fxiaoke", "leads", "销售线索_20241112.csv");
    assert_eq!(
        lake.rows(&["lead_id", "won", "owner_id"]),
        [["XS0001", "true", "李强"], ["XS0002", "false", "李强"], ["XS0003", "", "王芳"]]
    );
    let (lake, report) = read("zoho", "opportunities", "Deals_2024_11_12.csv");
    assert_eq!((report.accepted, sum(&report, "amount")), (3, "18200.5".into()));
    assert_eq!(
        lake.rows(&["opportunity_id", "won", "owner_id", "created_at"])[1],
        ["zcrm_5234000000412002", "", "zcrm_5234000000100002", "2024-10-01T08:00:00Z"]
    );
    assert_eq!(lake.column("won"), ["", "false", "true"]);
    let (lake, _) = read("zoho", "leads", "Leads_2024_11_12.csv");
    assert_eq!(lake.column("won"), ["", "true"]);
}
