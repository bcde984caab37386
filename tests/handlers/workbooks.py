"""Workbooks of other enterprises: other question names, other words, other shapes."""

OTHER_NAMES = """
| survey | type | name | label | required | relevant | 用途 |
| | begin_group | g1 | 车辆与食堂 | | | |
| | select_one yn | q1 | 本月有没有发现异常？ | yes | | |
| | text | q2 | 异常是什么？ | yes | ${q1} = 'y' | 问题 |
| | select_one dj | q3 | 几级？ | yes | ${q1} = 'y' | 风险等级 |
| | text | q4 | 怎么办？ | | ${q1} = 'y' | 措施 |
| | text | q5 | 谁来办？ | | ${q1} = 'y' | 责任人 |
| | decimal | q6 | 多少钱（元）？ | | ${q1} = 'y' | 金额 |
| | date | q7 | 哪天办完？ | | ${q1} = 'y' | 完成时限 |
| | end_group | | | | | |
| choices | list_name | name | label |
| | yn | y | 有 |
| | yn | n | 没有 |
| | dj | high | 高 |
| | dj | low | 低 |
| settings | form_title | form_id |
| | 职能观察表 | functional_other |
"""

AWKWARD_CHOICES = (
    """
| survey | type | name | label | required |
| | select_one way | way | 项目现在走到哪一步？ | yes |
| | select_one score | score | 打几分？ | yes |
| | select_multiple party | party | 涉及哪些方面？ | yes |
| | select_one post | post | 哪个岗位？ | yes |
| choices | list_name | name | label |
| | way | stop | 取消 |
| | way | go | 继续 |
| | way | ok | 确认 |
| | way | read | 待阅 |
| | score | a | 3分 |
| | score | b | 2分 |
| | score | c | 1分 |
| | party | x | 业主和监理 |
| | party | y | 施工、分包 |
| | party | z | 供应商 |
"""
    + "\n".join(f"| | post | p{number} | 岗位{number}（编制内） |" for number in range(1, 61))
    + """
| settings | form_title | form_id |
| | 项目观察表 | project_awkward |
"""
)

SITE_ROUND = """
| survey | type | name | label | required | hint | guidance_hint | 用途 | constraint | constraint_message | body::max-files |
| | text | place | 检查哪个场站？ | yes | 写全称 | | | | | |
| | begin_repeat | problem | 发现的问题 | | | | | | | |
| | text | what | 什么问题？ | yes | 写清时间、地点、涉及的岗位和事情经过，不写推测，不写没有核实的传闻，一件事写一项。 | 例如：11月3日加油卡由司机个人保管。 | 问题 | | | |
| | select_one dj | level | 几级？ | yes | | | 风险等级 | | | |
| | image | photo | 现场照片 | | | | | | | |
| | end_repeat | | | | | | | | | |
| | image | gate | 门牌照片 | yes | | | | | | 1 |
| | geopoint | spot | 场站位置 | | | | | | | |
| | barcode | code | 设备编码 | | | | | | | |
| | file | paper | 检查记录 | | | | | | | |
| | date | done | 检查日期 | yes | | | | . <= today() | 日期不能晚于今天 | |
| | text | summary | 小结 | yes | | | 小结 | | | |
| choices | list_name | name | label |
| | dj | high | 高 |
| | dj | low | 低 |
| settings | form_title | form_id |
| | 场站巡查表 | site_round |
"""  # noqa: E501 - a table of a workbook
"""A repeat with photos, one photo that must be, a place, a bar code and a file."""
