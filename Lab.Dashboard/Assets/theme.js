// Before anything is drawn: a theme that comes later flashes.
(() => {
    const theme = localStorage.getItem('lab-theme');
    if (theme === 'light' || theme === 'dark') {
        document.documentElement.dataset.theme = theme;
    }
})();
