// What a page needs and a server cannot do: theme, menu, dialogs, and where a log is scrolled to.
(() => {
    const root = document.documentElement;

    const showTheme = () => {
        const chosen = root.dataset.theme ?? 'auto';
        document.querySelectorAll('[data-theme-switch]').forEach(select => { select.value = chosen; });
    };

    const setTheme = theme => {
        if (theme === 'auto') {
            delete root.dataset.theme;
            localStorage.removeItem('lab-theme');
        } else {
            root.dataset.theme = theme;
            localStorage.setItem('lab-theme', theme);
        }
    };

    const setMenu = open => {
        root.toggleAttribute('data-nav-open', open);
        document.querySelectorAll('[data-nav-toggle]').forEach(button => button.setAttribute('aria-expanded', String(open)));
    };

    document.addEventListener('change', event => {
        if (event.target.matches('[data-theme-switch]')) {
            setTheme(event.target.value);
        }
    });

    document.addEventListener('click', event => {
        if (event.target.closest('[data-nav-toggle]')) {
            setMenu(!root.hasAttribute('data-nav-open'));
        } else if (event.target.closest('.nav a') || !event.target.closest('.nav')) {
            setMenu(false);
        }

        if (event.target.closest('[data-skip]')) {
            event.preventDefault();
            document.getElementById('content').focus();
        }

        if (event.target.closest('[data-retry]')) {
            // Where nothing answers, the page and its words stay.
            fetch('/assets/lab.css', { cache: 'no-store' }).then(() => location.reload(), () => { });
        }
    });

    document.addEventListener('keydown', event => {
        if (event.key === 'Escape' && root.hasAttribute('data-nav-open')) {
            setMenu(false);
            document.querySelector('[data-nav-toggle]').focus();
        }
    });

    // Keys of the lists. Who types, and a dialog, have them for themselves.
    const rowLinks = () => [...document.querySelectorAll('[data-row-link]')];
    const step = by => {
        const links = rowLinks();
        const at = links.indexOf(document.activeElement);
        links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
    };
    const keys = {
        '/': () => document.querySelector('[data-filter], .search input')?.focus(),
        'j': () => step(1),
        'k': () => step(-1),
        'r': () => document.activeElement.closest('tr, [data-lane]')?.querySelector('[data-command=restart], [data-command=power-cycle]')?.click(),
        '?': () => document.getElementById('keys')?.showModal(),
    };

    document.addEventListener('keydown', event => {
        const isTyping = event.target.closest?.('input, select, textarea, [contenteditable], dialog[open]');
        if (!isTyping && !event.ctrlKey && !event.altKey && !event.metaKey && Object.hasOwn(keys, event.key)) {
            event.preventDefault();
            keys[event.key]();
        }
    });

    // The server draws the switch anew when the page becomes live.
    new MutationObserver(showTheme).observe(document.body, { childList: true, subtree: true });
    showTheme();

    // Text of others shows what it holds, as VisibleText does on the server: what turns directions, hides or moves is an escape.
    const hidden = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
    const visible = text => text.replace(hidden, found => found.split('').map(unit => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0')).join(''));
    const attributes = ['title', 'aria-label'];

    const showText = node => {
        if (node.data.search(hidden) >= 0) {
            node.data = visible(node.data);
        }
    };

    const showAttributes = element => attributes.forEach(name => {
        const value = element.getAttribute(name);
        if (value !== null && value.search(hidden) >= 0) {
            element.setAttribute(name, visible(value));
        }
    });

    const showAll = node => {
        if (node.nodeType === Node.TEXT_NODE) {
            showText(node);
        } else if (node.nodeType === Node.ELEMENT_NODE) {
            showAttributes(node);
            node.childNodes.forEach(showAll);
        }
    };

    new MutationObserver(changes => changes.forEach(change => {
        if (change.type === 'childList') {
            change.addedNodes.forEach(showAll);
        } else if (change.type === 'attributes') {
            showAttributes(change.target);
        } else {
            showText(change.target);
        }
    })).observe(root, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: attributes });
    showAll(root);

    const isAtEnd = box => box.scrollHeight - box.scrollTop - box.clientHeight < 24;

    // xterm.js comes when it is needed first: it is larger than all the rest of the page.
    let terminalParts;
    const loadTerminal = () => terminalParts ??= (async () => {
        const style = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: 'assets/xterm.css' });
        document.head.append(style);
        for (const name of ['xterm', 'addon-fit', 'addon-search']) {
            await new Promise((done, failed) => {
                document.head.append(Object.assign(document.createElement('script'), { src: `assets/${name}.js`, onload: done, onerror: failed }));
            });
        }
    })();

    const openTerminal = async (box, page) => {
        await loadTerminal();
        const terminal = new Terminal({
            disableStdin: true,
            scrollback: 20000,
            fontFamily: getComputedStyle(root).getPropertyValue('--mono'),
            fontSize: 13,
            minimumContrastRatio: 4.5,
            theme: {
                // Firmware and iPXE write on black: it is the terminal's own, not the grey of xterm's palette.
                background: '#0d1117', foreground: '#d6dde6', black: '#0d1117',
                selectionBackground: '#1f5fc4', selectionInactiveBackground: '#1f5fc4', selectionForeground: '#ffffff',
            },
            // A machine's links lead nowhere.
            linkHandler: { activate: () => { } },
        });
        const [fit, search] = [new FitAddon.FitAddon(), new SearchAddon.SearchAddon()];
        terminal.loadAddon(fit);
        terminal.loadAddon(search);
        terminal.open(box);
        fit.fit();
        const watch = new ResizeObserver(() => fit.fit());
        watch.observe(box);
        // The keys that leave it; while it is read only all keys are the page's.
        terminal.attachCustomKeyEventHandler(event => {
            if (event.ctrlKey && event.key === ']') {
                terminal.blur();
                document.querySelector('[data-takes-input]')?.focus();
                return false;
            }

            return !terminal.options.disableStdin;
        });
        const encoder = new TextEncoder();
        let sending = Promise.resolve();
        terminal.onData(text => {
            const typed = encoder.encode(text);
            for (let from = 0; from < typed.length; from += 4096) {
                const part = typed.slice(from, from + 4096);
                sending = sending.then(() => page.invokeMethodAsync('Type', part)).catch(() => { });
            }
        });
        return {
            write: bytes => new Promise(done => terminal.write(bytes, done)),
            takeInput: takes => {
                terminal.options.disableStdin = !takes;
                if (takes) {
                    terminal.focus();
                }
            },
            search: (text, backwards) => backwards ? search.findPrevious(text) : search.findNext(text),
            close: () => {
                watch.disconnect();
                terminal.dispose();
            },
        };
    };

    window.lab = {
        openTerminal,
        showDialog: dialog => dialog.showModal(),
        watchScroll: (box, page) => {
            let last = box.scrollTop;
            let told = true;
            // Before the next frame, so that nobody sees new lines from the wrong place.
            new MutationObserver(() => {
                if ('follows' in box.dataset) {
                    box.scrollTop = box.scrollHeight;
                }
            }).observe(box, { childList: true, subtree: true, attributeFilter: ['data-follows', 'class', 'style'] });
            box.addEventListener('scroll', () => {
                const up = box.scrollTop < last;
                last = box.scrollTop;
                const now = isAtEnd(box);
                // Lines that come below the end are no reason to stop following; the reader's own way up is.
                if (now !== told && (now || up)) {
                    told = now;
                    page.invokeMethodAsync('AtEnd', now).catch(() => { });
                }
            }, { passive: true });
        },
    };
})();
