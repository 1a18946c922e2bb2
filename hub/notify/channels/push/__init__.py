"""Messages to a browser that asked for them: web push, encrypted for that browser alone."""
