//! Exports of systems nobody has told the program about: most columns are proposed right, and few wrong.

use super::*;

/// (header, a few values, the column it should be; none for an attribute).
type Column = (&'static str, [&'static str; 3], Option<&'static str>);

const HONGSHU: &[Column] = &[
    ("订单号", ["P7001000001", "P7001000002", "P7001000003"], Some("order_id")),
    ("订单状态", ["已完成", "待发货", "已取消"], Some("status")),
    ("下单用户ID", ["u001", "u002", "u003"], Some("customer_id")),
    ("归属店铺名称", ["小店一", "小店一", "小店一"], Some("store_id")),
    ("用户下单时间", ["2024-11-10 20:00:00", "2024-11-11 08:00:00", "2024-11-11 09:00:00"], Some("placed_at")),
    ("订单支付时间", ["2024-11-10 20:01:00", "2024-11-11 08:02:00", "2024-11-11 09:03:00"], Some("paid_at")),
    ("最晚发货时间（承诺）", ["2024-11-12 20:01:00", "2024-11-13 08:02:00", "2024-11-13 09:03:00"], Some("promised_at")),
    ("仓库发货时间", ["2024-11-11 20:01:00", "2024-11-12 08:02:00", "2024-11-12 09:03:00"], Some("shipped_at")),
    ("商品总价(元)", ["199.00", "88.50", "45.00"], Some("list_amount")),
    ("商家优惠金额", ["20.00", "0.00", "5.00"], Some("discount")),
    ("平台优惠(元)", ["10.00", "3.00", "0.00"], Some("subsidy")),
    ("用户实付金额（元）", ["169.00", "85.50", "40.00"], Some("paid")),
    ("运费（元）", ["0.00", "8.00", "0.00"], Some("shipping_cost")),
    ("达人带货佣金", ["16.90", "0.00", "4.00"], Some("commission")),
    ("收货省", ["浙江", "上海", "广东"], Some("region")),
    ("笔记ID", ["n1", "n2", "n3"], None),
    ("商家备注", ["", "加急", ""], None),
];

const MERCATO: &[Column] = &[
    ("Order Ref", ["MC-100001", "MC-100002", "MC-100003"], Some("order_id")),
    ("Order State", ["completed", "pending", "canceled"], Some("status")),
    ("Buyer Code", ["B-1", "B-2", "B-3"], Some("customer_id")),
    ("Shop Name", ["Lisboa", "Porto", "Lisboa"], Some("store_id")),
    ("Ordered On", ["2024-11-10 20:00:00", "2024-11-11 08:00:00", "2024-11-11 09:00:00"], Some("placed_at")),
    ("Payment Received At", ["2024-11-10 20:01:00", "2024-11-11 08:02:00", "2024-11-11 09:03:00"], Some("paid_at")),
    ("Dispatch Date", ["2024-11-11", "2024-11-12", "2024-11-12"], Some("shipped_at")),
    ("Gross Amount (EUR)", ["199.00", "88.50", "45.00"], Some("list_amount")),
    ("Discount Total", ["20.00", "0.00", "5.00"], Some("discount")),
    ("Amount Paid (EUR)", ["169.00", "85.50", "40.00"], Some("paid")),
    ("Shipping Fee", ["0.00", "8.00", "0.00"], Some("shipping_cost")),
    ("Platform Commission Fee", ["16.90", "0.00", "4.00"], Some("platform_fee")),
    ("UTM Campaign", ["d11", "", "spring"], Some("campaign")),
    ("Ship To State", ["Lisboa", "Porto", "Faro"], Some("region")),
    ("Gift Note", ["", "hi", ""], None),
];

const PINYIN: &[Column] = &[
    ("ddbh", ["9900000000001", "9900000000002", "9900000000003"], Some("order_id")),
    ("zt", ["交易成功", "待发货", "交易关闭"], Some("status")),
    ("xdsj", ["2024-11-10 20:00:00", "2024-11-11 08:00:00", "2024-11-11 09:00:00"], Some("placed_at")),
    ("zfsj", ["2024-11-10 20:01:00", "2024-11-11 08:02:00", "2024-11-11 09:03:00"], None),
    ("je", ["169.00", "85.50", "40.00"], None),
];

const TRAFFIC: &[Column] = &[
    ("统计日期", ["2024-11-10", "2024-11-11", "2024-11-12"], Some("period_start")),
    ("门店", ["S01", "S01", "S01"], Some("store_id")),
    ("进店访客数(人)", ["100", "200", "300"], Some("visitors")),
    ("页面浏览量", ["1000", "2000", "3000"], Some("page_views")),
    ("商品加购人数", ["10", "20", "30"], Some("carts")),
    ("成交买家数", ["5", "6", "7"], Some("paying_buyers")),
    ("成交订单量", ["6", "7", "8"], Some("paid_orders")),
    ("成交金额（元）", ["600.50", "700.00", "800.00"], Some("paid_amount")),
    ("跳失率", ["30%", "31%", "29%"], None),
];

fn look(columns: &[Column]) -> Preview {
    let headers: Vec<&str> = columns.iter().map(|column| column.0).collect();
    let mut text = headers.join("\t") + "\n";
    for row in 0..3 {
        text += &(columns.iter().map(|column| column.1[row]).collect::<Vec<_>>().join("\t") + "\n");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("export.tsv");
    std::fs::write(&path, text).expect("written");
    preview(&path, &Default::default(), yh_model::dataset::canonical_datasets(), Limits::default()).expect("a preview")
}

#[test]
fn most_columns_of_unknown_exports_are_proposed_right() {
    for (name, columns, dataset, least) in [
        ("hongshu", HONGSHU, "orders", 16),
        ("mercato", MERCATO, "orders", 14),
        ("pinyin", PINYIN, "orders", 5),
        ("traffic", TRAFFIC, "traffic", 9),
    ] {
        let preview = look(columns);
        let proposals = propose_mapping(&preview, canonical_dataset(dataset).expect("canonical"), &[]);
        let wrong: Vec<String> = proposals
            .iter()
            .zip(columns)
            .filter(|(proposal, column)| proposal.column.as_deref() != column.2)
            .map(|(proposal, column)| format!("{} is {:?}, not {:?} ({})", column.0, proposal.column, column.2, proposal.why))
            .collect();
        assert!(columns.len() - wrong.len() >= least, "{name}: {wrong:#?}");
    }
}

#[test]
fn the_dataset_of_an_unknown_export_is_suggested() {
    for (columns, dataset) in [(HONGSHU, "orders"), (MERCATO, "orders"), (TRAFFIC, "traffic")] {
        let suggested = suggest_dataset(&look(columns), yh_model::dataset::canonical_datasets());
        assert_eq!(suggested.map(|spec| spec.name.as_str()), Some(dataset));
    }
}
