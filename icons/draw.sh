#!/usr/bin/env bash
# Draws every icon from icons/source. Run it after a drawing changed, and commit what it made.
# Debian: apt-get install librsvg2-bin icoutils icnsutils
#
# The drawings stand on a 22 px grid (tray) and a 64 px grid (app), so that a line is a whole pixel wide
# where it is shown smallest. The tray icons' grey has about the same contrast to a white panel and to a black one.
set -euo pipefail
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

draw() { rsvg-convert --width "$2" --height "$2" --output "$3" "source/$1.svg"; }

draw app 32 32x32.png
draw app 64 64x64.png
draw app 128 128x128.png
draw app 256 128x128@2x.png
draw app 512 icon.png
for size in 16 24 32 48 64 128 256 512; do draw app "$size" "$scratch/$size.png"; done
icotool --create --output icon.ico "$scratch"/{16,24,32,48,64,256}.png
png2icns icon.icns "$scratch"/{16,32,48,128,256,512}.png > /dev/null
# Twice 22 px: sharp on a dense screen, and halves cleanly.
for status in online busy invisible offline; do draw "tray-$status" 44 "tray/$status.png"; done
