"""Messages by e-mail, through an SMTP server of the operator's choice."""
