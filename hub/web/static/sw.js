/* Shows push messages, also while no page is open. What they say comes from the hub; this file holds no words. */
"use strict";
self.addEventListener("push", event => {
  let message = {};
  try { message = event.data.json(); } catch { /* a browser that shows nothing for a push may lose its subscription */ }
  event.waitUntil(self.registration.showNotification(message.title || "Anju", {
    body: message.body || "",
    tag: message.tag || "anju",
    lang: message.language === "zh" ? "zh-CN" : message.language || "",
    renotify: true,
    requireInteraction: Boolean(message.urgent),
    icon: "/static/icon.svg",
    data: { link: message.link || "/" },
  }));
});
self.addEventListener("notificationclick", event => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data?.link || "/"));
});
