// What a device at a door keeps: its key, hashes of codes, what it has scanned and not handed in yet. No names, and of codes
// nothing but those that wait to be handed in.
(() => {
  'use strict';
  const NAME = 'holdfast-entrance';
  let opened;

  const open = () => {
    opened ??= new Promise((done, failed) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => ['kept', 'codes', 'queue'].forEach((name) => request.result.createObjectStore(name));
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
    return opened;
  };

  // Runs `work` on one of the stores, and ends when all of it is on the disk.
  const within = async (name, mode, work) => {
    const base = await open();
    return new Promise((done, failed) => {
      const transaction = base.transaction(name, mode);
      const request = work(transaction.objectStore(name));
      transaction.oncomplete = () => done(request?.result);
      transaction.onerror = () => failed(transaction.error);
      transaction.onabort = () => failed(transaction.error);
    });
  };

  self.entranceStore = {
    get: (name, key) => within(name, 'readonly', (store) => store.get(key)),
    all: (name) => within(name, 'readonly', (store) => store.getAll()),
    put: (name, key, value) => within(name, 'readwrite', (store) => store.put(value, key)),
    // Many at once: pairs of key and value.
    putAll: (name, pairs) => within(name, 'readwrite', (store) => pairs.forEach(([key, value]) => store.put(value, key))),
    drop: (name, keys) => within(name, 'readwrite', (store) => keys.forEach((key) => store.delete(key))),
    async clear() {
      for (const name of ['kept', 'codes', 'queue']) await within(name, 'readwrite', (store) => store.clear());
    },
  };
})();
