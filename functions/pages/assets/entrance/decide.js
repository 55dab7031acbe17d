// What a code comes to, decided on the device alone.
(() => {
  'use strict';
  const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const text = new TextEncoder();

  const base64 = (bytes) =>
    btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  const unbase64 = (of) => Uint8Array.from(atob(of.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  const unbase32 = (of) => {
    const bytes = [];
    let [bits, value] = [0, 0];
    for (const sign of of) {
      const digit = BASE32.indexOf(sign);
      if (digit < 0) return null;
      value = ((value << 5) | digit) & 0xffff;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes.push((value >> bits) & 0xff);
      }
    }
    return new Uint8Array(bytes);
  };

  // As it is typed, in groups and in any case, or the whole content of a signed QR code.
  const read = (scanned) => {
    const whole = scanned.normalize('NFKC').replace(/[\s\u200b-\u200f\u2060\ufeff]/g, '').toUpperCase();
    const parts = whole.split('.');
    const code = parts[0].replace(/[\u2010-\u2015\u2212-]/g, '');
    const reading = code.replaceAll('0', 'O').replace(/[1L]/g, 'I');
    if (!/^[A-Z0-9_]{1,64}$/.test(reading)) return null;
    if (parts.length !== 4) return { scanned, code, reading };
    const [, listing, offer, signature] = parts;
    const signed = { text: parts.slice(0, 3).join('.'), signature: unbase32(signature) };
    return { scanned, code, reading, listing: listing.toLowerCase(), offer: offer.toLowerCase(), signed };
  };

  // What the code is known by, as the service made it.
  const hash = async (reading, listing) => {
    const digest = await crypto.subtle.digest('SHA-256', text.encode(`${listing}.${reading}`));
    return base64(new Uint8Array(digest).slice(0, 16));
  };

  // Whether one of the keys vouches for what was signed. Null where this browser cannot tell.
  const vouched = async ({ text: said, signature }, keys) => {
    if (!signature || signature.length !== 64) return false;
    for (const key of keys) {
      try {
        const known = await crypto.subtle.importKey('raw', unbase64(key), 'Ed25519', false, ['verify']);
        if (await crypto.subtle.verify('Ed25519', known, signature, text.encode(`holdfast ticket 1\n${said}`))) return true;
      } catch {
        return null;
      }
    }
    return false;
  };

  const outside = (offer, now) => {
    if (offer?.opens_at && now < Date.parse(offer.opens_at)) return { outcome: 'early', at: offer.opens_at };
    if (offer?.closes_at && now >= Date.parse(offer.closes_at)) return { outcome: 'late', at: offer.closes_at };
    return null;
  };

  // `at` is what the device knows: its listing, offers, public keys and codes. `now` is the service's time.
  const decide = async (scanned, at, now) => {
    const ticket = read(scanned);
    if (!ticket) return { outcome: 'unknown' };
    ticket.hash = await hash(ticket.reading, at.listing);
    const known = at.codes.get(ticket.hash);
    const offer = at.offers.find((one) => one.offer === (known?.offer ?? ticket.offer));
    const found = { ticket, known, offer };
    if (known) {
      if (['disputed', 'handed_over'].includes(known.state)) return { ...found, outcome: known.state };
      if (known.state !== 'valid') return { ...found, outcome: 'refunded' };
      if (known.checked_in_at) return { ...found, outcome: 'double' };
      return { ...found, outcome: 'checked_in', ...outside(offer, now) };
    }
    if (!ticket.signed) return { ...found, outcome: 'unknown' };
    // Refused either way, so that it says what it is for is enough.
    if (ticket.listing !== at.listing) return { ...found, outcome: 'wrong_listing' };
    const real = await vouched(ticket.signed, at.public_keys);
    if (real === null) return { ...found, outcome: 'unchecked' };
    if (!real) return { ...found, outcome: 'forged' };
    return { ...found, outcome: 'checked_in', ...outside(offer, now) };
  };

  self.entranceDecision = { decide, read, hash };
})();
