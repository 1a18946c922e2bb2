"""From the broker to one committed batch: events, judgement, alerts, first notifications, all or nothing."""
