/* Shows the code that stands behind the # of this page's address: a browser never sends that part. */
"use strict";
(() => {
  const code = decodeURIComponent(location.hash.slice(1));
  if (/^[2-9A-HJKMNP-Z]{4}(-[2-9A-HJKMNP-Z]{4}){2}$/.test(code)) document.getElementById("pair-code").textContent = code;
})();
