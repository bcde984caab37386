"""What officers see and do about what is owed: 未交, 催办, 提交率, 推送, 电话名单, 免交."""
