// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/page_style.h"

void page_style(FILE *out)
{
    fputs(":root{color-scheme:light dark}\n"
          "body{font:15px/1.45 sans-serif;max-width:1360px;margin:0 auto;padding:0 "
          "16px;color:#222222;background:#ffffff}\n"
          "h1{font-size:24px}\nh2{font-size:19px;margin:32px 0 8px}\nh3{font-size:15px;margin:8px 0}\n"
          ".figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,520px),1fr));gap:16px "
          "32px}\n"
          ".figures h2,.figures>h3,.figures>p{grid-column:1/-1;margin-bottom:0}\n"
          "figure{margin:0;min-width:0}\nfigcaption{font-size:13px;max-width:640px}\n"
          "svg{width:100%;height:auto;display:block}\n.plot{max-width:640px}\n.map{max-width:640px}\n"
          ".map image{image-rendering:pixelated}\nsvg .small{font-size:8px;opacity:0.6}\n"
          "table{border-collapse:collapse;font-size:13px;margin:8px "
          "0}\ncaption{text-align:left;font-weight:bold}\n"
          "th,td{padding:2px 8px;text-align:right;vertical-align:top;border-bottom:1px solid #8884}\n"
          "th[scope=row],.text,thead .text{text-align:left}\ncode{overflow-wrap:anywhere}\n"
          "details{max-height:24em;overflow:auto;font-size:13px}\n.wide{overflow-x:auto}\nfooter{margin:32px "
          "0}\n"
          "@media screen and (prefers-color-scheme:dark){body{color:#dddddd;background:#16181c}}\n"
          "@media print{figure,tr{break-inside:avoid}details{display:none}}\n",
          out);
}
