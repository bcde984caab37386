"""Words of danger to life: what they tell of, and what they do not."""

import pytest

from handlers import words
from handlers.messages.danger import Danger, danger

DISTRESS = (
    "我不想活了",
    "活着没意思，每天都睡不着",
    "真的想死，谁也帮不了我",
    "有人要跳楼",
    "活着真没意思",
    "压力太大，我想自杀",
    "工友在宿舍割腕了",
    "我活不下去了，欠薪半年",
    "昨天起就不想活了",
)
VIOLENCE = (
    "工头拿刀追我们",
    "他威胁要弄死我",
    "老板带人来工地打人",
    "门口两帮人打起来了",
    "包工头说要弄死我全家",
    "昨天他威胁要杀了我",
    "有人持刀进了食堂",
    "我被打了，头上都是血",
    "保安把我们关在屋里不让走",
)
FIRE = (
    "配电室着火了快来人",
    "仓库冒烟了",
    "宿舍里一股煤气味",
    "食堂煤气泄漏",
    "二号楼起火",
    "锅炉房爆炸了",
    "车间冒浓烟，看不见路",
    "氨气泄漏了，好几个人跑出来",
)
TRAPPED = (
    "工地塔吊要倒了，下面有人",
    "有人困在电梯里",
    "小李掉进水里了",
    "工友掉坑里了",
    "基坑塌了，埋了两个人",
    "三个人被困在巷道",
    "有人落水",
    "孩子掉到井里",
)
HURT = (
    "有人从架子上掉下来了",
    "师傅从梯子上摔下来",
    "工友触电了",
    "老王被钢管压住了",
    "手被机器绞住了",
    "腿被叉车压住了",
    "头被砖砸了，血流不止",
    "他躺在那儿不动了",
    "没注意脚下，他摔下来了",
    "工人晕倒在工地上",
    "昨天摔的，现在叫不醒",
    "钢板压住人了",
    "有人中暑昏迷",
    "救命啊",
    "有人倒在地上没呼吸了",
)
NONE = (
    "没有人受伤",
    "今天没有人触电",
    "去年有人从脚手架上掉下来",
    "去年食堂着火，烧了两间房",
    "以前有工人触电过",
    "昨天有人从梯子上摔下来，已经送医院了",
    "上周仓库冒烟，已经处理了",
    "工地未发生坍塌",
    "建议加装护栏，防止有人掉下来",
    "建议配电室装烟感，冒烟能报警",
    "请安排一次触电急救培训",
    "消防演练时冒烟很大",
    "要防止高空坠落",
    "坠落风险要写进交底",
    "差点从梯子上掉下来",
    "担心塔吊要倒了",
    "迟早要出人命",
    "墙皮掉下来了没人修",
    "宿舍热水器坏了半个月没人修",
    "打人工客服电话没人接",
    "想死你们了",
    "跳楼价清仓",
    "煤气费怎么报销",
    "电脑又不动了",
    "流程卡住不动了",
    "这事被领导压住了不办",
    "公司快不行了吧",
    "我没有想不开，就是累",
    "不是着火，是烧水的蒸汽",
    "2019年这里塌方过",
    "救命钱被扣了",
    "车间没有冒烟",
    "并没有人被打",
    "上个月打架的事处理了吗",
    "烟囱冒烟正常吗",
    "领导威胁我说再反映就开除我",
    "拿刀切菜的师傅没有健康证",
    "建议食堂晚上加一个热菜",
    "宣传栏里有触电事故案例",
    "希望多发防中暑的药",
    "没有发现火灾隐患",
    "食堂的菜里有头发",
)
TABLE = [
    *((said, Danger.DISTRESS) for said in DISTRESS),
    *((said, Danger.VIOLENCE) for said in VIOLENCE),
    *((said, Danger.FIRE) for said in FIRE),
    *((said, Danger.TRAPPED) for said in TRAPPED),
    *((said, Danger.HURT) for said in HURT),
    *((said, None) for said in NONE),
]


@pytest.mark.parametrize(("said", "found"), TABLE)
def test_words_of_danger(said: str, found: Danger | None) -> None:
    assert danger(words.normal(said)) is found


def test_the_table_looks_both_ways() -> None:
    assert len(TABLE) - len(NONE) >= 40
    assert len(NONE) >= 40
