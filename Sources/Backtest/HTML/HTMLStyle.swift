/// The page's style sheet: no network, light and dark, readable on a phone.
enum HTMLStyle {
    static let sheet = """
        :root{color-scheme:light dark;--bg:#fbfbfa;--card:#fff;--ink:#1c1e21;--soft:#5b626b;--line:#e3e5e8;\
        --model:#0a63c9;--price:#3c4249;--last:#c2610c;--good:#17733b;--bad:#b3261e;--warn:#fff4e0}
        @media(prefers-color-scheme:dark){:root{--bg:#111418;--card:#191d23;--ink:#e7e9ec;--soft:#9aa3ad;--line:#2c323a;\
        --model:#6fb1ff;--price:#c6ccd3;--last:#f0a05a;--good:#63cf8c;--bad:#ff8a80;--warn:#33270f}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:1240px;padding:20px 16px 48px;background:var(--bg);color:var(--ink);\
        font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
        h1{font-size:1.55rem;line-height:1.2;margin:.2em 0 .2em}h2{font-size:1.15rem;margin:1.8em 0 .5em}
        h3{font-size:.95rem;margin:1.2em 0 .4em;color:var(--soft);font-weight:600}
        p{margin:.4em 0;max-width:78ch}.soft{color:var(--soft)}code{font-size:.92em;overflow-wrap:anywhere}
        .hash{font-family:ui-monospace,monospace;font-size:.82em;overflow-wrap:anywhere}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:10px;margin:16px 0}
        .tile,.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 14px}
        .tile b{display:block;font-size:1.4rem;line-height:1.25;font-variant-numeric:tabular-nums}
        .tile span{color:var(--soft);font-size:.84rem;display:block}
        .note{background:var(--warn);border:1px solid var(--line);border-radius:8px;padding:8px 12px;margin:8px 0}
        .scroll{overflow-x:auto;-webkit-overflow-scrolling:touch}
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.88rem}
        th,td{padding:5px 9px;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line)}
        thead th{color:var(--soft);font-weight:600;vertical-align:bottom}
        th:first-child{text-align:left;position:sticky;left:0;background:var(--card);z-index:1}tbody th{font-weight:600}
        td.text,th.text{text-align:left}tr.sum th,tr.sum td{border-top:2px solid var(--line)}
        tr.model th,tr.model td{color:var(--model)}small{color:var(--soft);font-size:.86em}
        .good{color:var(--good)}.bad{color:var(--bad)}
        details{background:var(--card);border:1px solid var(--line);border-radius:10px;margin:12px 0}
        summary{cursor:pointer;padding:11px 14px;display:flex;flex-wrap:wrap;gap:2px 14px;align-items:baseline;\
        list-style-position:inside}
        summary::before{content:"▸";color:var(--soft);width:.8em}details[open]>summary::before{content:"▾"}
        summary::-webkit-details-marker{display:none}summary b{font-size:1.05rem;overflow-wrap:anywhere}
        .body{padding:0 14px 14px}.inner{border-width:1px 0 0;border-radius:0;margin:8px 0 0}.inner summary{padding:9px 0}\
        .inner summary{color:var(--soft);font-weight:600;font-size:.95rem}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,360px),1fr));gap:14px}
        figure{margin:0;min-width:0}figcaption{font-size:.86rem;color:var(--soft);margin-bottom:4px}
        figcaption b{color:var(--ink)}svg{display:block;width:100%;height:auto}
        svg text{font-size:14px;fill:var(--soft);font-family:inherit}
        .grid{stroke:var(--line);stroke-width:1}.p{stroke:var(--price)}.m{stroke:var(--model)}.l{stroke:var(--last)}
        .p,.m,.l{fill:none;stroke-width:1.8;stroke-linejoin:round}.band{fill:var(--model);opacity:.16}
        .range{fill:var(--price);opacity:.18}.dot{fill:var(--model)}
        .key{display:inline-block;width:16px;height:3px;vertical-align:middle;margin:0 5px 2px 10px;border-radius:2px}
        .km{background:var(--model)}.kp{background:var(--price)}.kl{background:var(--last)}
        .kb{background:var(--model);opacity:.3;height:10px}.kr{background:var(--price);opacity:.3;height:10px}
        @media(max-width:560px){body{padding:12px 10px 36px}th,td{padding:4px 7px}}
        @media print{details>.body{display:block}.scroll{overflow:visible}}
        """
}
