"""The Chinese page's words for the codes on record: names of fields, and what they may hold.

A word with a dot before it holds for that kind of entry or decision alone. Ids, rule ids, names of
steps and templates, instants and what people or we wrote in sentences stand as on record.
"""

import re


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in text.split())


FIELDS = _pairs("""
about=事由 account=科目 acknowledged_at=确认收案时间 action=事项 actions=授权事项 actor=联系方
address=地址 agency=机构 agency_ref=机构编号 agreed_on=达成日期 agreed_order=约定冲账顺序
also_loans=同函贷款 amount=金额 annual_bps=年利率(基点) annual_percent=年利率(%) answer=答复
answer_by=答复期限 answered_at=答复时间 answered_by=答复人 approval_id=审批编号
approved_by=审批人 arrears=逾期金额 as_of=截至日期 asked_at=提出时间 asked_by=申请人 at=时间
basis_points=费率(基点) batch=批次 batch_id=批次编号 before=此前还款 body=正文
borrower_id=借款人编号 bureau=征信机构 by=经办 by_instalment=逐期冲账 by_lot=抽签分案
cap_ppm=利率上限(百万分之) case_id=案件编号 changed_at=变更时间 channel=渠道
check_back_days=回访间隔天数 claimed=主张金额 claimed_at=占用时间 claimed_wall=占用时刻(实际)
closed_at=结案时间 code=代码 component=款项 compound=计复利 confirmed_wall=确认时刻(实际)
consent=授权 contact_key=联系编号 contact_point_id=联系方式编号 contacted_by=联系人
contacts_before=此前联系次数 court=法院 covers=覆盖范围 credits=贷记金额 cured_on=结清逾期日期
currency=币种 data_gone_at=数据删除时间 dated=落款日期 day_count=计息基准 days_past_due=逾期天数
dead_reason=失效原因 debt=债务金额 decided_at=决定时间 definition=方案定义 delegation_id=授权编号
delete_on=删除日期 delivered_at=送达时间 delivery=送达结果 digest=摘要值 disbursed_on=放款日期
done_at=完成时间 done_by=完成人 draft=文书数据 drawn_at=制作时间 due=到期日
dunning_before=此前催收次数 earliest=最早时刻 ended=终止情况 ends=结束日期 entry_id=分录编号
episode=逾期期次 event_id=事项编号 evidence=证据 exhibits=证据清单 expires_on=有效期至
extended_to=延期至 fact_id=事实编号 facts=事实 fee=费用 fees=费用 finances_id=收支表编号
fingerprint=指纹 first_delinquent=首次逾期日期 first_due=首期到期日 first_seen=首次收到时间
flag=特殊困难 flag_id=记录编号 form=表格 frame=账户框架 frozen_until=冻结至 given_on=授权日期
giver=授权人 grace_days=宽限天数 grievance_id=投诉编号 guarantor=担保人 hash=哈希
heard_version=案件所知账簿版本 hold_id=暂停编号 hold_ids=暂停编号 holds=暂停 id=编号
inbound=来电来信 inputs=依据 instalment=期次 instalments=各期 interest=利息 item=事项
itemization_date=明细日期 judged=已判定期数 jurisdiction=适用法域 key=编号 kind=种类
kindness=优待程度 known_at=入账时间 last_contact_at=上次联系时间 last_due=末期到期日
late_fee=逾期费 late_fee_after_days=收取逾期费天数 late_fee_ppm=逾期费率(百万分之) latest=最晚时刻
ledger_version=账簿版本 lent_by=授权自 level=审批层级 listed=列入名单 loan_id=贷款编号
locale=语言 made_at=提出时间 made_by=提出人 made_on=承诺日期 manner=达成方式 mark=标记
message_class=消息类别 message_id=消息编号 missed=未还期数 name=姓名 narrative=摘要
note_id=备注编号 notice=通知 notice_days=通知天数 noticed=已通知期数 number=序号 numbers=数字
of=所涉事项 of_card=信用卡 of_loan=所涉贷款 offer_id=方案编号 oldest_due=最早逾期日
on_date=日期 opened_at=开案时间 opt_out=退订 ordered_at=下达时间 other_zones=其他时区
outcome=结果 outcome_reason=结果原因 outstanding=未还余额 over_at=失效时间 packs=规则包
paper=文书 particulars=详情 party=对象身份 payable=应付金额 payment_id=还款编号 pdf=文件
penalty_ppm=罚息年利率(百万分之) percent=比例(%) person=人员 place=场所 placed_at=委案时间
placement_key=委案编号 plan_id=计划编号 portfolio=资产组合 previous_hash=前一哈希
principal=本金 product=产品 profile=规则口径 promise_id=承诺编号 provider_id=服务商编号
purpose=目的 reason=原因 reason_id=原因编号 rebate=提前还款退息 recalled_at=撤案时间
received_at=收到时间 recording=录音 recovered=回收金额 reference=参考号 region=地区
released_at=解除时间 released_by=解除人 remedy=法律手段 reminded=已提醒 reminded_at=提醒时间
reply_id=回复编号 reports=报送条数 reversal_fact_id=冲正事实编号 reversal_known_at=冲正入账时间
rested=停息日 reversed_on=冲正日期 right=权利 right_id=权利编号 right_ids=权利编号 rule=规则
second_look=再次询问 seconds=通话秒数 seq=序号 sha256=SHA-256 shared=同函 signed=签署文件
snapshot=快照 source=来源 spoken_at=通话时间 start=开始时间 state=状态 status=状态 step=步骤
strategy=策略 subject=主题 taken_on=填写日期 taker=被授权人 template=模板 terms=条款 text=文本
total=合计 type=事件类型 until=截止时间 until_date=截止日期 valid_before=有效期至 verdict=结论
waived=减免金额 warnings=提示 was=此前状态 weekdays=星期 what=事项 withdrawn_at=撤回时间
withdrawn_by=撤回人 withdrawn_on=撤回日期 withheld=暂扣金额 written=书面 zone=时区 zones=时区
""")
"""What a field is called, without the `_minor` of amounts."""

CODES = _pairs("""
receivable=应收本金 disbursement=放款 cash=现金 unapplied=挂账 interest=利息
plan_interest=计划利息 fees=费用 penalty=罚息 costs=实现债权费用 income=收入 waived=已减免
charged_off=已核销 recovered=核销后回收 principal=本金
discount=减免 agreement=协议 write_off=核销 legal_filing=法律申请 placement=委外
bureau_report=征信报送 pending=待生效 in_force=已生效 undone=已撤销 given=已提供
approval.given=已批准 declined=已拒绝 over=已过期 metro2=美国征信(Metro2) zhengxin=征信
call=电话 ai_call=智能外呼 rvm=语音留言 sms=短信 email=电子邮件 push=应用推送 social=社交软件
visit=上门 letter=信函 phone=电话 device=手机应用 postal=邮寄 connected=接通 conversation=通话
no_answer=无人接听 voicemail=转语音信箱 not_connected=未接通 wrong_number=号码错误 sent=已发送
delivered=已送达 undelivered=未送达 claimed=处理中 sent_uncertain=发送结果不明
suppressed=不得联系 bounced=退回 failed=失败 deferred=暂缓 stale=已过时 allowed=准许
already_sent=已发送过 arrears=逾期部分 debt=全部债务 charges=息费 ACT/365=实际天数/365
ACT/360=实际天数/360 30E/360=30/360 dispute=异议 record_dispute=征信异议 complaint=投诉
hardship=经济困难 vulnerability=特殊困难 bankruptcy=破产 death=身故 representation=代理人代理
moratorium=债务宽限期 disaster=灾害 military=服役 evidence=证据 court=法院 oral=口头
written=书面 dunning=催收 locate=查找 statutory=法定通知 receipt=回执 service=服务 told=已告知
acknowledged=已确认 refused=被拒 fee=收费 waiver=减免 quote=结清报价 settlement=协商结清
refund=退款 charge_off=核销 pause=停计息费 void=撤销 deferral=延期还款 instalments=分期还款
interest_freeze=停息 longer_term=延长期限 waiting=待审批 made=已提出 accepted=已接受
withdrawn=已撤回 cured=逾期已结清 closed=人工结案 exhausted=手段用尽 paid_in_time=按期还款
demand_letter=催告函 lawyers_letter=律师函 payment_order_application=支付令申请书
statement_of_claim=起诉状 preservation_application=财产保全申请书
enforcement_application=强制执行申请书 mediation_request=调解申请书 decline_suit=放弃起诉决定
calculation_sheet=债权计算书 borrower=借款人 co_borrower=共同借款人 guarantor=担保人
debt_related=债务关系人 spouse=配偶 executor=遗产管理人 attorney=律师 adviser=顾问
contact_person=联系人 third_person=第三人 placed=已委案 recalled=已撤案 active=有效 dead=失效
open=待履行 kept=已兑现 partly_kept=部分兑现 broken=未兑现 superseded=已替换 cancelled=已作废
collection=催收 relay=转告 reply=回复 confirmation=确认 statutory_notice=法定通知
remedy_notice=法律手段通知 forgot=忘记 cash_flow=资金周转 income_cut=收入减少 job_loss=失业
business_failed=经营失败 illness=疾病 bereavement=亲人离世 separation=离异 too_much_debt=负债过多
unwilling=不愿还款 unreachable=联系不上 other=其他 adverse=不良信息 disputed=异议标注
dispute_over=异议解除 delete=删除 ordered=待报送 held=已暂停 bureau.held=暂缓报送
bureau_report.held=暂缓报送 bureau.placed=已报送 batched=已入批次 opt_out=退订 cease=停止联系
inconvenient_hours=不便时段 agreed_slot=约定时段 call_back=回电 third_party_refusal=拒绝联系第三人
consent=授权 upheld=成立 rejected=不成立 lapsed=逾期未答复 mental_health=心理健康
disability=残障 addiction=成瘾 abuse=受虐 carer=照护他人 low_resilience=承受力弱
low_capability=能力不足 old_age=高龄
case=案件 contact=联系 hold=暂停 promise=承诺 plan=还款计划 agency_message=通知机构
bureau=征信 reason=原因 finances=收支表 right=权利 approval=审批 offer=还款方案
grievance=投诉或异议 filing=法律申请 delivery=送达 agency=机构 agency_contact=机构联系
opened=已开启 performing=履行中 defaulted=已违约 resolved=已履行完毕 exercised=已行使
asked=已申请 lifted=已解除 released=已解除 recall=撤案 reassign=换案 payment=还款
unapproved=未经批准 proved=已举证 drawn=已制作 filed=已提交 extended=已延期 again=再次
satisfied=已满足 overturned=被推翻 dismissed=被驳回 confirmed=已确认 settled=已由人工认定
lent=已授权 out=拒收 opt=要求 acted=已行使 minimum=最低口径 prudent=审慎口径
lender=贷款人 ledger=账簿 core=核心系统 card=信用卡 consumer=消费贷款
contract=合同 payment_order=支付令 mediation=调解 suit=诉讼 preservation=财产保全
secured_suit=担保物权诉讼 enforcement=强制执行 issued=已签发 served=已送达 accepted_by=已受理
demand=催告 agreed=已达成 manager=经理 supervisor=主管 collector=催收员 director=总监
loan.instalment.overdue=分期逾期 loan.instalment.upcoming=分期即将到期
loan.payment.received=收到还款 loan.payment.reversed=还款冲正 loan.restructured=贷款重组
loan.terms.agreed=条款约定 loan.forgiven=减免 right.changed=权利变更 contact.bounced=联系退回
contact.failed=联系失败 contact.reached=联系成功 contact.undelivered=联系未送达
listed=已列明 struck=已撤销 strike=撤销 wanted=已要求 terminated=已终止 signed=已签署
borrower.updated=借款人资料更新 agency.reported=机构回报
legal_event.contract=已签署的合同 legal_event.disbursement=放款凭证 legal_event.court=管辖法院
legal_event.military=非现役军人声明 calculation=欠款计算明细 limitation=诉讼时效未届满
notices=催收通知及送达证明 identity=借款人身份证明 legal_event.address=已核实的送达地址
no_dispute=无其他债务纠纷的说明 assets=财产线索 security=全额担保 part_security=部分担保或免予担保
title=生效法律文书及送达证明 unperformed=履行期限届满且债务人未履行的说明
transfer_notice=债权转让通知或未转让说明 forbearance=已提供的宽限方案
limitation_opinion=律师关于时效的意见 default_notice=违约通知 letter_of_claim=索赔函
validation_notice=债务确认通知 venue=签约地或居住地法院
answered=已答复 appealed=已上诉 declined_suit=已放弃起诉 defended=已答辩 docketed=已立案
ended_for_now=终结本次执行 final=裁判已生效 frozen_deposit=存款已冻结 frozen_movables=动产已查封
frozen_real_estate=不动产已查封 unfrozen=已解除保全 general_guarantor=一般保证人
joint_guarantor=连带责任保证人 guarantor_called=已向保证人主张权利 guarantor_sued=已起诉保证人
judgment=已判决 mediated=已达成调解 mediation_failed=调解未成 not_confirmed=未予确认
objected=已提出书面异议 oral_objection=口头异议 ordinary=转为普通程序 performance_due=履行期限届满
procedure=法律程序 public_notice=公告送达 reserved=约定送达 suspension=时效中止
taken_back=提交前撤回 unserved=未能送达
""")
"""What a code says."""

SENTENCES = {
    "Loan opened": "贷款发放",
    "Payment received": "收到还款",
    "Payment reversed": "还款冲正",
    "Penalty interest": "罚息",
    "Late fee": "逾期费",
    "Interest of the plan": "还款计划利息",
    "Fee charged": "收取费用",
    "Cost charged": "计入费用",
    "Waived": "减免",
    "Payoff quoted": "结清报价",
    "Paid off by quote": "按报价结清",
    "Settlement agreed": "协商结清",
    "Settled": "协商结清",
    "Refunded": "退款",
    "Charged off": "核销",
    "Unapplied money applied": "挂账款项冲账",
    "taken back": "撤回",
    "corrected": "更正",
    "our own policy": "本机构政策",
    "No contact on a balance that has changed since it was decided.": (
        "余额变动后不得按原决定联系。"
    ),
    "No contact while the ledger has yet to hear of a payment.": "账簿尚未收到还款信息时不得联系。",
    "No contact about money when nothing material is late.": "没有实质逾期时不得就欠款联系。",
    "No contact without a living address or number.": "没有有效联系方式时不得联系。",
    "A dunning contact whose outcome is not known is never made again by itself.": (
        "结果不明的催收联系不会自动重发。"
    ),
    "A statutory contact, receipt or service message is made until confirmed.": (
        "法定通知、回执和服务消息发送至确认为止。"
    ),
    "A person found out whether an uncertain contact arrived.": (
        "结果不明的联系已由人工查明是否送达。"
    ),
    "The receiving side refused the address.": "接收方拒绝该地址。",
    "The receiving side refused the message.": "接收方拒绝该消息。",
    "No contact without a template for its text.": "没有文本模板时不得联系。",
    "No contact whose text cannot be written.": "文本无法生成时不得联系。",
}
"""What the ledger and this house's own rules say in fixed sentences."""


def word(code: str, of: str = "") -> str:
    """The word for a code, as a kind of entry or decision `of` means it; itself where it has none.

    Codes of several words are put together from their words.
    """
    for name in (f"{of}.{code}", code):
        if name in CODES:
            return CODES[name]
    parts = code.split(" ")
    if len(parts) > 1 and all(part in CODES for part in parts):
        return "".join(word(part, of) for part in parts)
    return code


def sentence(text: str) -> str:
    """A fixed sentence in Chinese, its parts between commas each; any other as it is."""
    held = "No contact while a hold is in force: "
    if text.startswith(held):
        return f"暂停期间不得联系：{word(text.removeprefix(held).removesuffix('.'))}。"
    if text in SENTENCES:
        return SENTENCES[text]
    parts = re.split(": |, ", text)
    known = all(part in SENTENCES for part in parts)
    return "，".join(SENTENCES[part] for part in parts) if known else text
