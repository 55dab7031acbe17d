// Stripe's Payment Element on the page of an order that waits for its payment. Card data go to Stripe alone.
(() => {
  'use strict';
  const place = document.getElementById('payment');
  const form = place.closest('form');
  const button = form.querySelector('button');
  const problem = document.getElementById('problem');
  const show = (text) => {
    problem.querySelector('p').textContent = text;
    problem.hidden = false;
    problem.focus();
    document.title = `${place.dataset.error}: ${place.dataset.title}`;
  };
  const failed = () => show(place.dataset.failed);
  if (!window.Stripe) {
    failed();
    return;
  }
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const stripe = window.Stripe(place.dataset.key, { locale: document.documentElement.lang });
  const elements = stripe.elements({ clientSecret: place.dataset.secret, appearance: { theme: dark ? 'night' : 'stripe' } });
  const element = elements.create('payment');
  element.on('ready', () => { button.disabled = false; });
  element.on('loaderror', failed);
  element.mount(place);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    problem.hidden = true;
    const { error } = await stripe.confirmPayment({ elements, confirmParams: { return_url: place.dataset.back } });
    // Without an error the browser is on its way.
    if (error) show(error.message);
    button.disabled = false;
  });
})();
