"""Aliyun's voice and message services, in front of the same telephones and people as Twilio's."""
