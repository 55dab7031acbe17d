// Keeps the page of the doors on the device, so that it opens without a network. The list of its files is written here by the service;
// when one of them changes, this file does, and browsers fetch all of them anew.
'use strict';
const VERSION = '{version}';
const FILES = ['/door/', {files}];

self.addEventListener('install', (event) => {
  // The page without its reader's cookies: it is the same for all.
  const whole = (file) => new Request(file, { cache: 'reload', credentials: 'omit' });
  const kept = caches.open(VERSION).then((cache) => cache.addAll(FILES.map(whole)));
  event.waitUntil(kept.then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const old = caches.keys().then((names) => names.filter((name) => name.startsWith('entrance-') && name !== VERSION));
  event.waitUntil(old.then((names) => Promise.all(names.map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url);
  const page = event.request.mode === 'navigate' && pathname === '/door/';
  if (event.request.method !== 'GET' || origin !== self.location.origin || !(page || FILES.includes(pathname))) return;
  const file = page ? '/door/' : pathname;
  event.respondWith(caches.open(VERSION).then((cache) => cache.match(file, { ignoreVary: true })).then((kept) => kept ?? fetch(event.request)));
});
