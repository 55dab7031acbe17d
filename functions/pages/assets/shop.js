// What makes the pages nicer to use. Nothing here is needed to buy.
(() => {
  'use strict';
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

  // After an error the reader is led to it.
  (document.getElementById('problem') || document.getElementById('done'))?.focus();

  // Steppers beside numbers, and the total while one chooses.
  const stepper = (input) => {
    const step = (by) => {
      const [least, most] = [Number(input.min || 0), Number(input.max || 1000)];
      input.value = String(Math.min(most, Math.max(least, (parseInt(input.value, 10) || 0) + by)));
      input.dispatchEvent(new Event('input', { bubbles: true }));
      input.dispatchEvent(new Event('change', { bubbles: true }));
    };
    const button = (text, by) => {
      const made = document.createElement('button');
      Object.assign(made, { type: 'button', className: 'step', textContent: text, tabIndex: -1 });
      made.setAttribute('aria-hidden', 'true');
      made.addEventListener('click', () => step(by));
      return made;
    };
    const around = document.createElement('span');
    around.className = 'stepper';
    input.replaceWith(around);
    around.append(button('−', -1), input, button('+', 1));
  };
  each('input.count', stepper);
  each('form[data-total]', (form) => {
    const [sum, output] = [form.querySelector('.sum'), form.querySelector('output')];
    // It has its place from the start: a total that comes must not move the button from under the pointer.
    const show = (text) => {
      output.textContent = text;
      sum.style.visibility = text === '' ? 'hidden' : 'visible';
    };
    show('');
    sum.hidden = false;
    let timer = 0;
    let newest = 0;
    const total = async () => {
      const query = new URLSearchParams();
      new FormData(form).forEach((value, name) => {
        if (/^(quantity|donation)\./.test(name)) query.append(name, value);
      });
      const own = ++newest;
      try {
        const answer = await fetch(`${form.dataset.total}?${query}`, { credentials: 'same-origin' });
        const text = answer.ok ? await answer.text() : '';
        if (own === newest) show(text);
      } catch {
        show('');
      }
    };
    form.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(total, 200);
    });
    if ([...form.querySelectorAll('input.count')].some((input) => Number(input.value) > 0)) total();
  });

  // The cart costs what it says: it is updated as soon as a number in it changes.
  each('form[data-change]', (form) => {
    let timer = 0;
    let under = Promise.resolve();
    const update = async () => {
      const body = new URLSearchParams(new FormData(form));
      const at = document.activeElement.id;
      try {
        const answer = await fetch(form.dataset.change, { method: 'POST', body, credentials: 'same-origin' });
        const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('form[data-change]');
        if (!fresh || fresh.querySelectorAll('.line').length !== form.querySelectorAll('.line').length) {
          location.assign('/cart');
          return;
        }
        for (const name of ['csrf', 'key']) form.elements[name].value = fresh.elements[name].value;
        const lines = fresh.querySelector('[data-fresh]');
        form.querySelector('[data-fresh]').replaceWith(lines);
        lines.querySelectorAll('input.count').forEach(stepper);
        if (at) document.getElementById(at)?.focus();
      } catch {
        // The button does the same.
      }
    };
    form.addEventListener('change', (event) => {
      if (!event.target.matches('input.count')) return;
      clearTimeout(timer);
      timer = setTimeout(() => { under = under.then(update); }, 300);
    });
    form.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.target.id !== 'promo') return;
      event.preventDefault();
      form.querySelector('button.update').click();
    });
  });

  // A form that was sent is not sent again by a second click.
  each('form[method=post]', (form) => {
    form.addEventListener('submit', (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = 'yes';
      setTimeout(() => delete form.dataset.sent, 8000);
    });
  });
  window.addEventListener('pageshow', () => each('form', (form) => delete form.dataset.sent));

  // Countries by their names in the page's language.
  each('select[data-countries]', (select) => {
    const language = document.documentElement.lang;
    const names = new Intl.DisplayNames([language], { type: 'region' });
    const [none, ...all] = select.options;
    for (const option of all) option.textContent = names.of(option.value) ?? option.textContent;
    all.sort((one, other) => one.textContent.localeCompare(other.textContent, language));
    const { value } = select;
    select.replaceChildren(none, ...all);
    select.value = value;
  });

  // What a form says only where scripts run.
  each('input[data-script]', (input) => { input.disabled = false; });

  // The visitor's own time zone.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  each('[data-own-zone]', (input) => {
    if (zone && !input.value) input.value = zone;
  });
  each('form[data-zone]', (form) => {
    const input = form.querySelector('input');
    if (!zone || input.value === zone) return;
    const own = document.createElement('button');
    Object.assign(own, { type: 'submit', className: 'quiet', textContent: zone.replaceAll('_', ' ') });
    own.addEventListener('click', () => { input.value = zone; });
    form.append(own);
  });

  // An order that waits is fetched again; its page is changed only when there is something new.
  each('[data-fetch]', (part) => {
    // What is new is said aloud, too. Only a region that was there before is heard.
    const news = document.createElement('p');
    news.className = 'hidden';
    news.setAttribute('role', 'status');
    part.after(news);
    const refresh = async () => {
      try {
        const answer = await fetch(part.dataset.fetch, { credentials: 'same-origin' });
        const version = answer.ok ? await answer.text() : part.dataset.version;
        if (version !== part.dataset.version) {
          const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), 'text/html');
          const fresh = page.querySelector('main > div');
          if (fresh) {
            part.replaceWith(fresh);
            document.title = page.title;
            news.textContent = fresh.querySelector('h1').textContent;
            if (!fresh.dataset.fetch) return;
            part = fresh;
          }
        }
      } catch {
        // The next time may do better.
      }
      setTimeout(refresh, document.hidden ? 20000 : 4000);
    };
    setTimeout(refresh, 3000);
  });
})();
