"""Messages into group chats: robots of WeCom, DingTalk, Feishu and Lark; ntfy, Telegram, Slack and Teams."""
