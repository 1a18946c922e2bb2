/* The page of push messages: asks the browser for a subscription and hands it to the hub with an ordinary form. */
"use strict";
(async () => {
  const form = document.getElementById("push-form"), said = document.getElementById("push-said");
  if (!form) return;
  document.getElementById("push-no-script").hidden = true;
  const say = what => { said.textContent = form.dataset[what]; said.hidden = false; };
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return say("cannot");
  let registration, subscription;
  try {
    registration = await navigator.serviceWorker.register("/sw.js");
    subscription = await registration.pushManager.getSubscription();
  } catch { return say("cannot"); }
  const on = document.getElementById("push-on"), off = document.getElementById("push-off");
  on.hidden = false;
  off.hidden = !subscription;
  const send = (action, found) => {
    form.elements.subscription.value = JSON.stringify(found);
    form.action = action;
    form.submit();
  };
  const options = { userVisibleOnly: true, applicationServerKey: form.dataset.key };
  on.addEventListener("click", async () => {
    on.disabled = true;
    try {
      if (await Notification.requestPermission() !== "granted") { on.disabled = false; return say("refused"); }
      await navigator.serviceWorker.ready;
      try { subscription = await registration.pushManager.subscribe(options); }
      catch (error) {
        if (error.name !== "InvalidStateError" || !subscription) throw error;   // it was made for another key of the hub
        await subscription.unsubscribe();
        subscription = await registration.pushManager.subscribe(options);
      }
      send("/push/subscribe", subscription);
    } catch { on.disabled = false; say("unreached"); }
  });
  off.addEventListener("click", async () => {
    off.disabled = true;
    const gone = subscription.toJSON();
    await subscription.unsubscribe();
    send("/push/unsubscribe", gone);
  });
})();
