"""What officers set: reminder rules, and the nodes of projects."""
