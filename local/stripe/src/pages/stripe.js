// What Stripe.js is to a seller's page, as far as the Payment Element goes: it shows the ways to pay, and confirms an intent with
// the seller's publishable key and the payment's client secret. Locally there are no cards to type, only test ones to choose.
(() => {
  'use strict';
  const origin = new URL(document.currentScript.src).origin;
  const methods = METHODS;

  window.Stripe = (key) => {
    if (!/^pk_/.test(key)) throw new Error(`${key} is no publishable key`);
    const call = async (path, fields) => {
      const answer = await fetch(`${origin}/v1/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(fields),
      });
      return answer.json();
    };
    return {
      elements({ clientSecret }) {
        if (!clientSecret) throw new Error('elements() needs a clientSecret');
        const select = document.createElement('select');
        return {
          clientSecret,
          method: () => select.value,
          create(kind) {
            if (kind !== 'payment') throw new Error(`There is no element ${kind} here`);
            return {
              mount(place) {
                const at = typeof place === 'string' ? document.querySelector(place) : place;
                const label = document.createElement('label');
                label.textContent = 'Test card';
                label.htmlFor = select.id = 'stripe-test-method';
                for (const [value, text] of methods) select.add(new Option(text, value));
                at.replaceChildren(label, select);
              },
              on(event, act) {
                if (event === 'ready') queueMicrotask(act);
              },
            };
          },
        };
      },
      async confirmPayment({ elements, confirmParams }) {
        const secret = elements.clientSecret;
        const id = secret.split('_secret_')[0];
        const back = new URL(confirmParams.return_url);
        let answer;
        try {
          answer = await call(`payment_intents/${id}/confirm`, {
            client_secret: secret,
            payment_method: elements.method(),
            return_url: back.href,
          });
        } catch {
          return { error: { type: 'api_connection_error', message: 'Stripe cannot be reached. Please try again.' } };
        }
        if (answer.error) return { error: answer.error };
        if (answer.next_action?.redirect_to_url) {
          location.assign(answer.next_action.redirect_to_url.url);
        } else {
          back.searchParams.set('payment_intent', id);
          back.searchParams.set('payment_intent_client_secret', secret);
          back.searchParams.set('redirect_status', answer.status === 'requires_payment_method' ? 'failed' : 'succeeded');
          location.assign(back.href);
        }
        return new Promise(() => {});
      },
    };
  };
})();
