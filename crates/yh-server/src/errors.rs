//! The page that `type` of a problem points to: every code with its status, what it means and what to do.

use std::fmt::Write;

use axum::response::Html;
use yh_app::markup::escaped;

/// One error code in both languages.
pub(crate) struct Code {
    pub code: &'static str,
    pub status: u16,
    /// What it means, what to do.
    pub zh: [&'static str; 2],
    pub en: [&'static str; 2],
}

const fn code(status: u16, code: &'static str, zh: [&'static str; 2], en: [&'static str; 2]) -> Code {
    Code { code, status, zh, en }
}

/// Every code an answer of the API can carry.
#[rustfmt::skip] // one line per code reads as a table
pub(crate) const CODES: &[Code] = &[
    code(401, "token", ["没有访问凭证", "重新打开 yunheng serve 打印的网址"], ["no access token", "open the address that yunheng serve printed"]),
    code(403, "host", ["请求的主机名不是本机", "用打印的网址访问"], ["the request names another host", "use the printed address"]),
    code(403, "origin", ["请求来自别的网站", "从本机打开的页面里操作"], ["the request comes from another site", "use the pages of this server"]),
    code(404, "route", ["没有这个接口地址", "见 /api/v1/openapi.json"], ["no such address in the API", "see /api/v1/openapi.json"]),
    code(400, "bad-request", ["请求写错，无法读取", "对照 /api/v1/openapi.json 检查地址和内容"], ["the request cannot be read", "compare it with /api/v1/openapi.json"]),
    code(408, "slow-body", ["请求内容没有在时限内发完", "再发一次"], ["the request did not come in time", "send it again"]),
    code(431, "headers-too-large", ["请求头太大", "清除本站的 Cookie"], ["the request's headers are too large", "delete this site's cookies"]),
    code(500, "internal", ["程序内部出错", "带上日志中这个请求编号的那一行反馈问题"], ["the program failed inside", "report it with the log's line of the request id"]),
    code(500, "signals", ["无法接收停止信号", "检查系统是否允许程序监听信号"], ["signals cannot be listened to", "check that the system lets programs listen"]),
    // Names that do not exist.
    code(404, "unknown-metric", ["没有这个指标", "在指标目录里查正确的代码"], ["no such metric", "look its name up in the catalogue"]),
    code(404, "unknown-dimension", ["指标没有这个维度", "在指标页查看可用维度"], ["the metric has no such dimension", "see the metric's page for its dimensions"]),
    code(404, "unknown-grain", ["没有这个时间粒度", "用 day、week、ten_day、month、quarter、half_year、year 或日历中的粒度"], ["no such time grain", "use day, week, ten_day, month, quarter, half_year, year or a grain of the calendar"]),
    code(404, "unknown-column", ["没有这个字段", "在数据集页查看字段"], ["no such column", "see the dataset's page for its columns"]),
    code(404, "unknown-saved-query", ["没有这个保存的查询", "在 models/ 中查看名称"], ["no such saved query", "look its name up in models/"]),
    code(404, "unknown-comparison", ["没有这种对比", "用 previous、year_ago、promotion、target 等"], ["no such comparison", "use previous, year_ago, promotion, target or another of the list"]),
    code(404, "unknown-promotion", ["日历中没有这个大促", "在 calendar/promotions.yaml 中补上"], ["the calendar has no such promotion", "add it to calendar/promotions.yaml"]),
    code(404, "unknown-platform", ["大促没有这个平台", "换成日历中的平台"], ["the promotion has no such platform", "use one of the calendar"]),
    code(404, "compare-base", ["这个数没有基期", "换一种对比，或换有基期的时段"], ["this number has no base", "choose another comparison or period"]),
    code(404, "unknown-dataset", ["没有这个数据集", "在数据页查看全部数据集"], ["no such dataset", "see the data page"]),
    code(404, "unknown-source", ["没有这个来源", "在 sources/ 中查看名称"], ["no such source", "look its name up in sources/"]),
    code(404, "unknown-scheme", ["没有这个考核方案", "在考核页查看全部方案"], ["no such scheme", "see the appraisal page"]),
    code(404, "unknown-subject", ["方案没有这个考核对象", "从排名中选择对象"], ["the scheme has no such subject", "choose one of the ranking"]),
    code(404, "unknown-input", ["指标没有这个输入", "用溯源里列出的输入"], ["the metric has no such input", "use one that its lineage lists"]),
    code(404, "unknown-table", ["没有这张表", "核对文件夹里的文件名"], ["no such table", "check the names of the files"]),
    code(404, "unknown-template", ["没有这个模板", "用 --help 查看可用模板"], ["no such template", "see --help for the templates"]),
    code(404, "unknown-job", ["这个任务已不存在", "服务重启后任务即失效，请重新开始"], ["this job is not known any more", "jobs end with the server: start again"]),
    code(404, "unknown-upload", ["这次上传已不存在", "请重新上传文件"], ["this upload is not known any more", "upload the file again"]),
    code(404, "unknown-person", ["没有这个人", "核对员工编号，或导入责任分配"], ["no such person", "check the id, or import the assignments"]),
    code(404, "unknown-segment", ["维度没有这个取值", "从列表中选择"], ["the dimension has no such value", "choose one of the list"]),
    code(404, "unknown-keys", ["没有这种分解依据", "用 equal、history 或 shape"], ["no such keys", "use equal, history or shape"]),
    code(404, "unknown-action", ["没有这个动作", "用 submit、approve 或 reject"], ["no such action", "use submit, approve or reject"]),
    code(404, "no-target", ["没有生效的目标", "先录入目标；草稿要批准后才生效"], ["there is no target in force", "record it first; a draft counts once it is approved"]),
    code(404, "no-figure", ["指标在这一期没有数", "导入平台数据，或直接填平台数字"], ["the metric has no value in the period", "import the platform's figures, or enter the figure"]),
    code(404, "nothing-to-assess", ["这一期没有可考核的对象", "换一个有数据或有目标的时段"], ["nobody has data or a target in the period", "choose a period with data or targets"]),
    code(404, "nothing-mine", ["这个人在这段时间没有负责的对象", "核对责任分配的起止日期"], ["the person answers for nothing in these days", "check the assignments' days"]),
    code(404, "not-found", ["没有这条记录", "返回列表再选"], ["no such record", "go back to the list"]),
    code(404, "no-origin", ["这行没有来源行", "导入的行本身就是来源"], ["this row has no source lines", "an imported row is its own source"]),
    code(404, "no-rejects", ["这次导入没有拒收行", "无需处理"], ["this import refused no row", "there is nothing to do"]),
    code(404, "not-a-project", ["不是项目文件夹", "用 yunheng init 新建，或用 -C 指定"], ["not a project folder", "make one with yunheng init, or name one with -C"]),
    code(404, "file-not-found", ["找不到文件", "核对路径"], ["the file is not there", "check the path"]),
    // Questions.
    code(422, "empty-query", ["没有选择指标", "至少选择一个指标"], ["nothing is asked", "choose at least one metric"]),
    code(422, "ambiguous-join", ["有多条关联路径", "写明经过哪个实体"], ["more than one way to join", "name the entity to go through"]),
    code(422, "no-join-path", ["指标与维度之间没有关联", "换一个维度，或在模型中补实体"], ["no way to join", "choose another dimension, or add an entity to the model"]),
    code(422, "fan-out", ["这样关联会重复计数", "换成一对一的维度"], ["this join would count rows twice", "choose a dimension of the metric's own rows"]),
    code(422, "time-required", ["累计指标需要时间", "加上时间维度或时段"], ["a cumulative metric needs time", "group by metric_time or give a period"]),
    code(422, "no-time-dimension", ["指标没有时间列", "在模型中声明时间列"], ["the metric has no time", "declare a time dimension in the model"]),
    code(422, "bad-filter", ["筛选条件写错", "按维度、比较符、值来写"], ["the filter is not understood", "write a dimension, a comparison and a value"]),
    code(422, "bad-expression", ["表达式写错", "只用列、算术和列出的函数"], ["the expression is not understood", "use columns, arithmetic and the listed functions"]),
    code(422, "bad-time", ["日期写错", "写成 2025-11-11"], ["the date is not understood", "write 2025-11-11"]),
    code(422, "bad-order", ["排序列不在结果里", "按结果中的列排序"], ["the order names no column of the answer", "order by a column of the answer"]),
    code(422, "masked", ["这个字段被屏蔽", "向管理员申请权限"], ["this field is masked", "ask an administrator for access"]),
    code(422, "circular-metric", ["指标互相引用", "去掉其中一处引用"], ["metrics refer to each other in a circle", "remove one of the references"]),
    code(422, "unsupported", ["尚不支持这种写法", "按提示改写"], ["this form is not supported", "write it as the message says"]),
    code(422, "restricted", ["没有权限", "向管理员申请"], ["no permission", "ask an administrator"]),
    code(422, "compare-grain", ["这个粒度不能对比", "用小时或更长的粒度"], ["this grain cannot be compared", "use hours or longer"]),
    code(422, "compare-period", ["对比需要时段", "给出起止日期"], ["a comparison needs a period", "give a start and an end"]),
    code(422, "compare-twice", ["同一种对比写了两次", "每种对比只写一次"], ["a comparison is asked for twice", "ask for each once"]),
    code(422, "compare-segment", ["分段写错", "写成 segment:order__channel=app"], ["the segment is not understood", "write segment:order__channel=app"]),
    code(422, "compare-weekday", ["周同比只比时、日、周", "按日分组，或换一种对比"], ["last week's weekday compares hours, days or a week", "group by day, or compare otherwise"]),
    code(422, "compare-phase", ["去年的大促没有同阶段同时刻", "问一个大促之内的日子，或按日分组"], ["last year's promotion has no same phase-hour", "ask for days inside one promotion, or group by day"]),
    code(422, "compare-time", ["这个时间列不能这样对比", "按 metric_time 分组"], ["this time cannot be compared so", "group by metric_time"]),
    code(422, "compare-saved", ["保存的查询不能加这种对比", "写出它的指标和分组"], ["a saved query does not take this comparison", "name its metrics and group-bys"]),
    code(413, "compare-long", ["时段太长，不能这样对比", "缩短时段"], ["the period is too long for this comparison", "narrow it"]),
    code(422, "outside-promotions", ["这段时间不在任何大促里", "问大促之内的日子"], ["the period lies in no promotion", "ask for days of a promotion"]),
    code(422, "calendar-missing", ["日历缺这一年", "按提示补日历文件"], ["the calendar lacks that year", "add the file that the message names"]),
    code(422, "cell", ["这个数不能打开", "从结果表重新点开"], ["this number cannot be opened", "open it from the answer again"]),
    code(422, "period", ["期间写错", "写成 2025、2025-Q4、2025-11 或 2025-11-11"], ["the period is not understood", "write 2025, 2025-Q4, 2025-11 or 2025-11-11"]),
    code(422, "period-grain", ["期间与方案的周期不符", "用方案的周期，例如按月"], ["the period is not of the scheme's grain", "use the scheme's grain, such as months"]),
    code(422, "target", ["目标写错", "改正所指的字段再保存"], ["the target is not right", "mend the named field and save again"]),
    code(422, "format", ["没有这种导出格式", "用 xlsx 或 csv"], ["no such export format", "use xlsx or csv"]),
    // Targets, actuals by hand, reconciliation.
    code(422, "not-additive", ["这个指标的各部分不能相加", "分别设目标，或分解金额、件数类指标"], ["the metric's parts do not add up", "give each its own target, or split an amount or a count"]),
    code(422, "note", ["驳回需要说明", "写明要改什么"], ["a rejection needs a reason", "say what should be changed"]),
    code(422, "person", ["姓名写错", "写 1 到 100 个字"], ["this is no name of a person", "write 1 to 100 characters"]),
    code(422, "same-person", ["不能批准自己录入或提交的", "请另一个人批准"], ["nobody decides on what they made or submitted", "let another person decide"]),
    code(422, "not-draft", ["不是草稿，不能提交", "只提交草稿"], ["it is not a draft", "only drafts are submitted"]),
    code(422, "not-submitted", ["还没有提交，不能批准", "先提交"], ["it is not submitted", "submit it first"]),
    code(422, "superseded", ["更新的版本已经批准", "作为新版本重新录入，并写原因"], ["a later version is approved already", "record it again as a new version, with a reason"]),
    code(413, "too-many", ["一次的目标太多", "分批录入"], ["too many targets at once", "record them in parts"]),
    code(422, "parent-segment", ["只有全公司的目标能分解到对象", "把该对象的目标分解到更短的期间"], ["only the company's target is split to segments", "split a segment's own target to shorter periods"]),
    code(422, "no-siblings", ["全公司的目标没有可调整的对象", "重新分解"], ["the company's target has no siblings", "split it again"]),
    code(422, "child-too-large", ["一个对象的目标超过了全公司", "先提高全公司的目标"], ["one child would exceed the whole", "raise the company's target first"]),
    code(422, "cascade", ["目标无法这样分解", "按提示换依据或取整"], ["the target cannot be split so", "follow the hint: other keys, or a rounded parent"]),
    code(422, "cascade-grain", ["期间不能整分为这种粒度", "年、季分到月，其余分到天"], ["the period does not fall into whole parts", "split years and quarters to months, the rest to days"]),
    code(422, "keys", ["这种分解依据不适用", "对象按历史或平均，期间才可按路径"], ["these keys do not fit", "split segments by history or equally; paths are for periods"]),
    code(422, "unassigned", ["有对象没有负责人", "补责任分配，或按该维度本身分解"], ["nobody is assigned", "add the assignment, or split by the dimension itself"]),
    code(422, "no-history", ["没有可参照的完整期间", "改用平均"], ["there is no complete period before", "choose equal keys"]),
    code(422, "growth", ["增长率写错", "10% 写成 0.1"], ["the growth is not right", "write 0.1 for 10 %"]),
    code(422, "forecast", ["无法预测", "手工设目标"], ["it cannot be forecast", "set the target by hand"]),
    code(422, "too-few", ["历史太短，不能建议目标", "手工设目标"], ["too little history for a proposal", "set the target by hand"]),
    code(422, "too-far", ["期间离数据太远", "选更近的期间"], ["the period is too far from the data", "choose a nearer one"]),
    code(422, "actual", ["手工实绩写错", "改正所指的字段再保存"], ["the actual is not right", "mend the named field and save again"]),
    code(422, "not-manual", ["这个指标由数据算出，不能手工录入", "只录入基于 manual_actuals 的指标"], ["the metric is measured from data", "enter only metrics over manual_actuals"]),
    code(422, "level", ["同一指标只能按一种维度和粒度录入", "按已有的方式录入"], ["one metric is entered by one dimension and grain", "enter it the same way"]),
    code(422, "figure", ["缺少平台数字，或写错", "写成 123456.78，或选取数指标"], ["the platform's figure is missing or no number", "write 123456.78, or name the metric that holds it"]),
    code(422, "amount", ["金额不是数字", "改正该行再试"], ["an amount is no number", "mend the line and try again"]),
    code(422, "not-reconcilable", ["只有求和、计数的指标能对账", "对账它的组成金额"], ["only sums and counts can be reconciled", "reconcile the amounts it is made of"]),
    code(422, "day-end", ["日切时间写错", "写成 23:30"], ["the end of the day is not understood", "write for example 23:30"]),
    code(422, "timezone", ["没有这个时区", "写成 Asia/Shanghai 这样的名称"], ["no such time zone", "use a name such as Asia/Shanghai"]),
    code(422, "no-status", ["指标没有状态维度", "不填状态"], ["the metric has no status", "leave statuses out"]),
    code(422, "no-id", ["数据集没有单一编号，不能逐行比对", "只用平台数字对账"], ["rows have no single id, so a list cannot be compared", "reconcile the figure only"]),
    code(422, "mine-compare", ["期间内负责的对象有变动，不能与别的期间对比", "分段查询，或不加对比"], ["what the person answers for changed in the period", "ask for one stint at a time, or without the comparison"]),
    code(422, "not-mine", ["指标不能按这个人负责的维度分", "换一个有该维度的指标"], ["the metric cannot be grouped by what the person answers for", "ask for a metric with that dimension"]),
    code(422, "no-subject", ["方案考核全公司，不按人", "换按对象考核的方案"], ["the scheme scores the company", "take a scheme with a subject dimension"]),
    code(500, "actuals", ["手工实绩没有写入数据", "查看导入记录"], ["actuals could not be written as facts", "see the list of imports"]),
    code(500, "definitions", ["定义文件没有读成", "重试；凭请求号查看服务日志"], ["the definition files could not be read", "try again; see the log"]),
    code(500, "model", ["指标的模型不见了", "凭请求号查看服务日志"], ["the metric's model is gone", "see the log"]),
    code(500, "rows", ["指标没有可用的行", "凭请求号查看服务日志"], ["the metric has no rows", "see the log"]),
    // Definitions.
    code(422, "settings", ["yunheng.toml 有错", "按所列行号修改"], ["yunheng.toml has problems", "mend the listed lines"]),
    code(422, "manifest", ["语义清单有错", "按提示重新编译"], ["the manifest has problems", "compile it again"]),
    code(422, "derived", ["派生数据集的 SELECT 有错", "修改来源文件里的 SELECT"], ["the SELECT of a derived dataset fails", "mend it in the source file"]),
    // Files.
    code(422, "upload", ["没有收到文件", "把文件放在表单字段 file 里再传"], ["no file came", "send it as the form field file"]),
    code(422, "empty-file", ["文件是空的", "重新导出文件；数据没有变化"], ["the file is empty", "export it again; nothing was changed"]),
    code(422, "not-a-table", ["文件里不是表格", "导出为 CSV、XLSX 或 Parquet"], ["the file holds no table", "export it as CSV, XLSX or Parquet"]),
    code(422, "truncated-file", ["文件不完整，压缩数据提前结束", "重新下载或导出"], ["the file is cut off", "download or export it again"]),
    code(413, "file-too-large", ["文件太大", "拆分，或另存为 CSV 后用命令行导入"], ["the file is too large", "split it, or save it as CSV and import it on the command line"]),
    code(422, "file-io", ["文件读不出来", "核对路径和权限"], ["the file cannot be read", "check its path and rights"]),
    code(422, "encoding", ["文字编码不对", "另存为 UTF-8"], ["the encoding is wrong", "save it as UTF-8"]),
    code(422, "bad-encoding", ["文字编码不对", "在预览里换一种编码，或另存为 UTF-8"], ["the encoding is wrong", "choose another in the preview, or save it as UTF-8"]),
    code(422, "unclosed-quote", ["引号没有闭合", "检查该行多余的双引号，或文件是否不完整"], ["a quote is never closed", "look for a stray quote, or a file that ends early"]),
    code(422, "no-header", ["找不到表头行", "在预览里指定表头行"], ["no header row was found", "choose the header row in the preview"]),
    code(422, "duplicate-header", ["有重名的列", "在文件里改掉其中一个列名"], ["two columns have the same name", "rename one of them in the file"]),
    code(422, "missing-column", ["缺少必需的列", "把它对应到文件的某一列"], ["a needed column is missing", "map it to a column of the file"]),
    code(422, "ambiguous-dates", ["日期分不清是日/月还是月/日", "为该列指定日期格式"], ["dates may be day/month or month/day", "set the format of the column"]),
    code(422, "mixed-dates", ["同一列混用日/月和月/日", "在文件里统一日期写法"], ["dates mix day/month and month/day", "write them one way in the file"]),
    code(422, "bad-format", ["日期格式写错", "用 %Y %m %d %H %M %S 等"], ["the date format is not understood", "use %Y %m %d %H %M %S"]),
    code(422, "unknown-unit", ["没有这个单位", "用 元、万元、分、%、千、seconds、minutes、hours、days"], ["no such unit", "use 元, 万元, 分, %, 千, seconds, minutes, hours or days"]),
    code(422, "unknown-timezone", ["没有这个时区", "写成 Asia/Shanghai 这样的名称"], ["no such time zone", "use a name such as Asia/Shanghai"]),
    code(422, "no-sheet", ["没有这张工作表", "在预览里选择工作表"], ["no such sheet", "choose one in the preview"]),
    code(422, "bad-spreadsheet", ["表格文件打不开", "用表格软件另存为 .xlsx 或 CSV"], ["the spreadsheet cannot be read", "save it again as .xlsx or CSV"]),
    code(422, "bad-parquet", ["Parquet 文件读不出来", "重新写出，或改用 CSV"], ["the Parquet file cannot be read", "write it again, or use CSV"]),
    code(500, "damaged-lake", ["已存的数据文件损坏", "从备份恢复，或撤销并重做那次导入；yunheng verify 列出全部损坏"], ["a stored file is damaged", "restore it from a backup, or undo and repeat its import; yunheng verify lists all damage"]),
    code(500, "damaged-records", ["记录库损坏", "从备份恢复 records.db"], ["the records are damaged", "restore the records from a backup"]),
    code(422, "ambiguous-source", ["有多个来源适用", "指定来源"], ["more than one source fits", "name the source"]),
    code(422, "csv", ["CSV 读不出来", "用表格软件另存为 CSV（UTF-8）"], ["the CSV cannot be read", "save it as CSV (UTF-8)"]),
    code(422, "xlsx", ["XLSX 读不出来", "用表格软件另存为 .xlsx"], ["the XLSX cannot be read", "save it again as .xlsx"]),
    code(422, "not-committed", ["这次导入没有入库，不能撤销", "从导入记录中选择已入库的"], ["this import holds nothing to undo", "choose a committed one"]),
    code(422, "undo-order", ["之后的导入改过同样的行", "先撤销较晚的导入"], ["a later import changed the same rows", "undo the later one first"]),
    code(422, "project-exists", ["文件夹里已有项目", "换一个文件夹"], ["the folder holds a project already", "choose another folder"]),
    code(422, "demo", ["演示数据的参数不对", "见 yunheng demo --help"], ["the demo's options are wrong", "see yunheng demo --help"]),
    code(422, "output", ["写不出结果", "换一个输出文件"], ["the result cannot be written", "choose another file"]),
    // Busy, limits, stops.
    code(409, "import-conflict", ["另一个导入刚改了同一份数据", "再试一次"], ["another import changed the same data", "try again"]),
    code(409, "derived-stale", ["派生数据集的 SELECT 已修改，新数据还没算出", "等正在进行的导入结束后再问"], ["the SELECT of a derived dataset was changed and its rows are not made again yet", "ask again when the running import has ended"]),
    code(409, "import-running", ["另一个导入正在进行", "等它结束再试"], ["another import is running", "try again when it is done"]),
    code(409, "server-running", ["另一个服务已在使用这个项目", "关掉它，或直接用它"], ["another server has this project", "use it, or stop it"]),
    code(409, "port", ["端口被占用", "用 --port 换一个"], ["the port is taken", "choose another with --port"]),
    code(413, "query-timeout", ["查询超时", "缩短时段，减少维度，或调大 engine.timeout_s"], ["the query took too long", "narrow it, or raise engine.timeout_s"]),
    code(413, "query-memory", ["查询内存不足", "缩短时段，减少维度，或调大 engine.memory_mb"], ["the query needs too much memory", "narrow it, or raise engine.memory_mb"]),
    code(410, "cancelled", ["已取消", "数据没有变化；需要时重新导入"], ["it was cancelled", "nothing was changed; import again when ready"]),
    // Inside.
    code(500, "disk-full", ["磁盘已满", "清出空间再试；数据没有变化"], ["the disk is full", "free some space; nothing was changed"]),
    code(500, "permission-denied", ["没有文件夹的读写权限", "检查文件夹权限"], ["no right to the folder", "check its rights"]),
    code(500, "records-open", ["记录库打不开", "检查 yunheng.toml 的 records.url，确认数据库在运行"], ["the records cannot be opened", "check records.url in yunheng.toml and that the database answers"]),
    code(409, "read-only", ["项目文件夹不可写，只能查询", "把文件夹复制到可写的地方"], ["the project cannot be written here", "copy its folder to a place that can be written"]),
    code(409, "records-busy", ["另一个程序一直在写记录库", "再试一次"], ["another program keeps writing the records", "try again"]),
    code(422, "records-newer", ["记录库由更新的程序写过", "用同样新的 yunheng"], ["a newer program wrote the records", "use a yunheng that is as new"]),
    code(422, "records-moved", ["记录已移到别处", "把 yunheng.toml 的 records.url 改成现在的地址"], ["the records were moved", "set records.url in yunheng.toml to where they are now"]),
    code(422, "records-present", ["新的数据库里已有记录", "换一个空的数据库"], ["the new database holds records", "name an empty one"]),
    code(422, "records-url", ["记录库地址写错", "写成 postgres://… 或 sqlite:…"], ["the address of the records is wrong", "write postgres://… or sqlite:…"]),
    code(422, "folder-name", ["文件夹名不是 Unicode 文字", "给文件夹改名"], ["the folder's name is not Unicode text", "rename the folder"]),
    code(500, "records-corrupt", ["记录库损坏：存的内容不是当初写入的", "运行 yunheng doctor 查看，再从备份恢复"], ["the records are damaged", "see yunheng doctor, then restore them from a backup"]),
    code(500, "records", ["记录库出错", "凭请求号查看服务日志"], ["the records failed", "see the server's log under the request id"]),
    code(500, "engine", ["查询引擎出错", "凭请求号查看服务日志"], ["the query engine failed", "see the server's log under the request id"]),
    code(500, "io", ["磁盘读写出错", "检查磁盘"], ["the disk failed", "check the disk"]),
    code(500, "import", ["导入中断", "数据没有变化；凭请求号查看服务日志"], ["the import broke off", "nothing was changed; see the log"]),
    code(500, "preview", ["预览中断", "重试；凭请求号查看服务日志"], ["the preview broke off", "try again; see the log"]),
    code(500, "json", ["结果无法写成 JSON", "凭请求号查看服务日志"], ["the answer cannot be written as JSON", "see the log"]),
    code(500, "report", ["报告无法生成", "凭请求号查看服务日志"], ["the report cannot be made", "see the log"]),
    code(500, "scorecard", ["存下的计分卡读不出来", "重新计算这一期"], ["the stored scorecard cannot be read", "score the period again"]),
    code(500, "serve", ["服务中断", "重新运行 yunheng serve"], ["the server stopped", "run yunheng serve again"]),
    code(404, "unknown-board", ["没有这个看板", "在看板页查看全部看板"], ["no such board", "see the boards page"]),
    code(404, "unknown-preset", ["没有这个预设", "用 yunheng source presets 查看预设"], ["no such preset", "see the presets with yunheng source presets"]),
    code(422, "unreachable-filter", ["筛选条件用的维度与指标无关联", "换一个维度，或在模型中补实体"], ["the filter's dimension cannot be reached from the metric", "choose another dimension, or add an entity to the model"]),
    code(422, "unsafe-reaggregation", ["这个指标不能再跨时段相加", "按它自己的时间粒度查看"], ["this metric cannot be added up again", "ask by its own period"]),
    code(422, "mixed-currencies", ["一个数里混有多种货币", "按货币分组，或只筛选一种"], ["one number would mix currencies", "group by the currency, or filter for one"]),
    code(422, "board", ["看板的一个面板写错", "按提示修改面板"], ["a panel of the board is wrong", "change the panel as the hint says"]),
    code(422, "board-export", ["有看板没有导出成功", "看每个看板的原因"], ["some boards were not written", "see the reason of each"]),
    code(422, "board-folder", ["导出文件夹不在项目内", "选项目内的文件夹"], ["the folder is not in the project", "choose a folder inside the project"]),
    code(422, "board-format", ["没有这种导出格式", "用 xlsx 或 html"], ["no such format", "use xlsx or html"]),
    code(422, "board-name", ["有几个看板同名", "用看板的链接来指定"], ["several boards have this name", "name the board by its link"]),
    code(422, "board-schedule", ["定时写错", "写成五段的 cron，如 0 9 * * *"], ["the schedule is not understood", "write five cron fields, such as 0 9 * * *"]),
    code(409, "board-changed", ["看板已被别人改过", "重新打开后再改"], ["the board was changed meanwhile", "open it again, then change it"]),
    code(500, "board-layout", ["看板的内容读不出来", "查看服务器日志"], ["the board's content cannot be read", "see the server's log"]),
    code(413, "boards-many", ["看板太多", "先删去不用的看板"], ["there are too many boards", "delete some that nobody uses"]),
    code(500, "cache", ["内部错误", "查看服务器日志"], ["an internal error", "see the server's log"]),
    code(500, "why", ["归因计算失败", "查看服务器日志"], ["the explanation failed", "see the server's log"]),
    code(422, "why-dimensions", ["归因的维度太多", "最多选四个维度"], ["too many dimensions to explain by", "choose at most four"]),
    code(422, "is-folder", ["这是文件夹，不是文件", "选一个文件；导入整个文件夹用 yunheng import --all --from"], ["it is a folder", "name a file, or import the folder with yunheng import --all --from"]),
    code(422, "not-text", ["不是文本文件，或不是 UTF-8 编码", "另存为 UTF-8"], ["it is no text file, or not UTF-8", "save it as UTF-8"]),
    code(422, "filter-type", ["筛选条件的类型不对", "文字和文字比，数字和数字比，日期写成 '2025-11-11'"], ["a filter compares values of two types", "compare text with text, numbers with numbers, times with '2025-11-11'"]),
    code(422, "no-folder", ["监视的文件夹不存在", "建立文件夹，或改正来源文件里的 watch"], ["the watched folder is not there", "make it, or mend watch in the source file"]),
    code(422, "why-no-value", ["两期都没有值", "换一个时段"], ["neither period has a value", "choose other periods"]),
    code(422, "why-same", ["两边是同一时段", "换一个对比时段"], ["both sides are the same", "choose another period to compare with"]),
    code(422, "why-segments", ["分段数超出范围", "按提示改小"], ["the number of segments is out of range", "choose a number the hint allows"]),
    code(422, "why-time", ["时间不能作归因维度", "换一个维度"], ["time is no dimension to explain by", "choose another dimension"]),
    code(413, "why-too-many-segments", ["维度组合太多", "减少维度"], ["too many combinations of values", "choose fewer dimensions"]),
    code(422, "ambiguous-mapping", ["一个文件有几个映射", "给每个映射写自己的 match"], ["several mappings fit the file", "give each its own match"]),
    code(422, "no-mapping", ["来源里没有这个数据集的映射", "在来源里加映射"], ["the source does not map this dataset", "add a mapping to the source"]),
    code(422, "unformatted", ["有文件没有按规范排列", "运行 yunheng fmt"], ["some files are not formatted", "run yunheng fmt"]),
    code(422, "unknown-layout", ["看不出文件是哪种数据", "用 --dataset 指明"], ["the file is like no dataset", "say which with --dataset"]),
    code(422, "bad-name", ["名称不能用", "用字母、数字、- 和 _"], ["the name cannot be used", "use letters, digits, - and _"]),
    code(422, "bad-store", ["店铺编号不能用", "用字母、数字、- _ 和 ."], ["the store id cannot be used", "use letters, digits, - _ and ."]),
    code(422, "store-needed", ["需要店铺编号", "加上 --store"], ["a store id is needed", "add --store"]),
    code(422, "file-exists", ["文件已存在", "换一个文件名"], ["the file exists already", "choose another name"]),
    code(422, "source-exists", ["已有同名的来源", "换一个名称"], ["there is another source of this name", "choose another name"]),
    code(422, "no-address", ["没有数据库地址", "设置来源里写的环境变量"], ["there is no database address", "set the environment variable that the source names"]),
    code(422, "nothing-to-pull", ["没有可拉取的来源", "在来源里写 connect 或 watch"], ["no source pulls anything", "give a source connect: or watch:"]),
    code(422, "not-json-lines", ["不是 JSON Lines 文件", "每行一个 JSON 对象"], ["not a JSON Lines file", "write one JSON object per line"]),
    code(413, "question-limit", ["一次问得太多，或嵌套太深", "减少筛选、指标或分组，或调大提示里的设置"], ["the question asks for too much at once", "ask for less, or raise the setting that the hint names"]),
    code(413, "answer-size", ["结果太大", "缩短时段，减少维度，或调大 limits.answer_mb"], ["the answer is too large", "narrow it, or raise limits.answer_mb"]),
    code(413, "body-too-large", ["请求太大", "分几次发送，或调大 limits.body_kb"], ["the request is too large", "send it in parts, or raise limits.body_kb"]),
    code(503, "busy", ["正忙于先前的查询", "过一分钟再试"], ["it is busy with earlier questions", "try again in a minute"]),
    code(422, "division-by-zero", ["除数为零", "除数写成 NULLIF(除数, 0)"], ["it divides by zero", "write NULLIF(divisor, 0)"]),
    code(422, "overflow", ["数值或日期超出范围", "用更小的数或更近的日期"], ["a number or date is out of range", "use smaller numbers or nearer dates"]),
    code(422, "bad-value", ["某个值无法计算", "检查筛选和表达式里的值"], ["a value cannot be worked with", "check the values of filters and expressions"]),
    code(422, "name", ["名称太长，或含看不见的字符", "改短，或调大 limits.name_characters"], ["a name is too long, or holds unseen characters", "shorten it, or raise limits.name_characters"]),
    code(422, "too-many-headers", ["字段太多", "减少字段，或拆成几个文件"], ["too many columns", "drop some, or split the file"]),
    // The lake and its records.
    code(422, "lake-unknown", ["记录不认识这个数据湖", "检查 records.url；记录丢失时运行 yunheng lake adopt"], ["the records know nothing of this lake", "check records.url; if the records are lost, run yunheng lake adopt"]),
    code(422, "lake-other", ["记录属于另一个数据湖", "检查 records.url：每个项目用自己的记录"], ["the records belong to another lake", "check records.url: every project has records of its own"]),
    code(422, "lake-missing", ["数据湖不在项目文件夹里", "把 .yunheng/lake 放回原处，或从备份恢复"], ["the lake is not in the project folder", "bring .yunheng/lake back, or restore a backup"]),
    code(422, "lake-files-missing", ["数据湖缺少文件", "从备份恢复 .yunheng/lake"], ["files of the lake are missing", "restore .yunheng/lake from a backup"]),
    code(422, "lake-copied", ["项目文件夹是复制的，与原项目共用记录", "把 records.url 写成新的数据库，再运行 yunheng lake adopt"], ["the project folder is a copy that shares records", "name a new database as records.url, then run yunheng lake adopt"]),
    code(422, "lake-elsewhere", ["记录已由另一处的同一数据湖使用", "在那里继续，或把 records.url 写成新的数据库，再运行 yunheng lake adopt"], ["the records are used with a copy of this lake elsewhere", "go on there, or name a new database as records.url and run yunheng lake adopt"]),
    code(422, "lake-older", ["数据湖比记录旧", "恢复较新的 .yunheng/lake"], ["the lake folder is older than the records", "restore the newer .yunheng/lake"]),
    code(422, "records-older", ["记录比数据湖旧", "恢复较新的记录，或运行 yunheng lake adopt"], ["the records are older than the lake", "restore newer records, or run yunheng lake adopt"]),
    code(422, "lake-diverged", ["数据湖与记录各自变化过", "恢复同一次备份的数据湖和记录"], ["lake and records went on without each other", "restore both from one backup"]),
    code(422, "lake-newer", ["数据湖由更新的版本写成", "安装更新的版本"], ["a newer version wrote the lake", "install that version"]),
    code(422, "lake-manifest-damaged", ["数据湖旁的清单损坏", "记录还在时运行 yunheng lake 重写，否则从备份恢复"], ["the manifest beside the lake is damaged", "while the records are there, yunheng lake writes it again; else restore a backup"]),
    code(422, "lake-no-manifest", ["数据湖旁没有清单", "先用它原来的记录打开一次"], ["there is no manifest beside the lake", "open it once with the records it belongs to"]),
    code(422, "lake-has-facts", ["记录里有这个数据湖没有的事实", "检查 records.url；要以数据湖为准，加 --replace"], ["the records hold facts that are not in this lake", "check records.url; add --replace to let the lake decide"]),
];

const STYLE: &str = "body{font:14px/1.6 system-ui,sans-serif;color:#1d2129;max-width:1080px;margin:32px auto;padding:0 16px}\
h1{font-size:20px}table{border-collapse:collapse;width:100%;font-size:13px}th,td{text-align:left;vertical-align:top;padding:6px 12px 6px 0;\
border-bottom:1px solid #e8eaee}th{color:#5c6370;font-weight:500}tr:target{background:#fff8e1}code{font:12px ui-monospace,monospace}\
.en{color:#5c6370}";

/// The page, one row per code; a problem's `type` ends in `#code`.
pub(crate) async fn page() -> Html<String> {
    let mut rows = String::new();
    for Code { code, status, zh, en } in CODES {
        let _ = write!(
            rows,
            "<tr id=\"{code}\"><td><code>{code}</code></td><td>{status}</td><td>{}<br><span class=\"en\" lang=\"en\">{}</span></td>\
             <td>{}<br><span class=\"en\" lang=\"en\">{}</span></td></tr>",
            escaped(zh[0]),
            escaped(en[0]),
            escaped(zh[1]),
            escaped(en[1])
        );
    }
    Html(format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>运衡 · 错误代码 · Error codes</title><style>{STYLE}</style><h1>错误代码 · Error codes</h1>\
         <p><a href=\"/\">运衡 yunheng</a></p>\
         <table><thead><tr><th>代码 · Code</th><th>HTTP</th><th>含义 · Meaning</th><th>怎么办 · What to do</th></tr></thead>\
         <tbody>{rows}</tbody></table></html>"
    ))
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::Path};

    use super::CODES;

    fn sources(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("the crates are there") {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.push(std::fs::read_to_string(&path).expect("readable source"));
            }
        }
    }

    /// The first string literal after each `marker`, within the same call.
    fn literals_after<'t>(text: &'t str, marker: &str) -> Vec<&'t str> {
        let calls = text.match_indices(marker).map(|(at, _)| &text[at + marker.len()..]);
        calls
            .filter_map(|rest| {
                let start = rest.find('"').filter(|start| *start < 60)?;
                rest[start + 1..].split('"').next()
            })
            .collect()
    }

    #[test]
    fn every_code_that_is_raised_is_explained_once() {
        let known: BTreeSet<&str> = CODES.iter().map(|code| code.code).collect();
        assert_eq!(known.len(), CODES.len(), "a code is listed twice");
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in crates/");
        let mut texts = Vec::new();
        for name in ["yh-app/src", "yh-server/src", "yunheng/src"] {
            sources(&crates.join(name), &mut texts);
        }
        let mut raised = BTreeSet::new();
        for text in &texts {
            raised.extend(literals_after(text, "AppError::new(ErrorKind::").into_iter().map(str::to_owned));
            raised.extend(literals_after(text, "AppError::unknown(").into_iter().map(|what| format!("unknown-{what}")));
            raised.extend(literals_after(text, "answer(StatusCode::").into_iter().map(str::to_owned));
        }
        let mut kinds = String::new();
        for file in ["yh-lake/src/import/error.rs", "yh-metrics/src/query.rs"] {
            kinds.push_str(&std::fs::read_to_string(crates.join(file)).expect("readable source"));
        }
        let codes = kinds.lines().filter(|line| line.contains("=> \"") && line.trim_end().ends_with("\","));
        raised.extend(codes.flat_map(|line| literals_after(line, "=> ")).map(|code| code.replace('_', "-")));
        assert!(raised.len() > 60, "the codes are not found any more: {raised:?}");
        let is_code = |text: &&String| {
            text.starts_with(|c: char| c.is_ascii_lowercase()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        };
        let missing: Vec<&String> = raised.iter().filter(is_code).filter(|code| !known.contains(code.as_str())).collect();
        assert!(missing.is_empty(), "codes without an explanation: {missing:?}");
    }
}
