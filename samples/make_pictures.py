#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Makes the pictures in samples/pictures, the same ones at every run.

Needs Debian's gnuplot-nox and python3-pil; the pictures are committed, so only who changes them
needs to run this:  samples/make_pictures.py
"""
import math
import os
import random
import subprocess

from PIL import Image, ImageDraw, ImageFilter

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pictures")


def gnuplot(name, width, height, rows, commands):
    """Plots rows, which the commands know as $data, into a PNG of that name."""
    data = "\n".join(" ".join(str(field) for field in row) for row in rows)
    script = "\n".join([
        f"set terminal pngcairo size {width},{height} font 'DejaVu Sans,11'",
        f"set output '{os.path.join(FOLDER, name)}'",
        "set border 3 lc rgb '#888888'", "set tics nomirror", "set grid ytics lc rgb '#dddddd'",
        "$data << END", data, "END", commands])
    subprocess.run(["gnuplot"], input=script.encode(), check=True)


def cpu():
    """A day of a server's processor: a nightly job, office hours, noise."""
    dice = random.Random(1)
    rows, wait = [], 3.0
    for minute in range(0, 24 * 60, 2):
        hour = minute / 60
        office = 38 * math.exp(-((hour - 11) / 2.4) ** 2) + 33 * math.exp(-((hour - 15.5) / 2) ** 2)
        nightly = 46 if 2.0 <= hour < 3.4 else 0
        user = max(1, office + nightly + 6 + dice.gauss(0, 3.2))
        wait = max(0.5, wait + dice.gauss(0, 0.8) - (wait - (9 if nightly else 3)) * 0.2)
        rows.append((f"{minute // 60:02}:{minute % 60:02}", round(user, 2),
                     round(user * 0.28 + 2 + dice.random() * 2, 2), round(wait, 2)))
    gnuplot("cpu.png", 1000, 460, rows, """
        set title "Processor of build-1, last 24 hours" font ",14"
        set xdata time; set timefmt "%H:%M"; set format x "%H:%M"; set xrange ["00:00":"23:58"]
        set ylabel "per cent"; set yrange [0:100]; set key top right
        set style fill solid 0.85 noborder
        plot $data using 1:($2+$3+$4) with filledcurves y1=0 lc rgb "#c44e52" title "waiting for disks", \\
             $data using 1:($2+$3) with filledcurves y1=0 lc rgb "#dd8452" title "system", \\
             $data using 1:2 with filledcurves y1=0 lc rgb "#4c72b0" title "programs"
        """)


def quarter():
    """Bars, in a file whose name has an umlaut and a space."""
    rows = [("Juli", 412, 380), ("August", 388, 401), ("September", 517, 455)]
    gnuplot("Übersicht Q3.png", 640, 400, rows, """
        set title "Übersicht Q3" font ",14"; set ylabel "Aufträge"; set yrange [0:600]
        set style data histograms; set style histogram clustered gap 1
        set style fill solid 0.9 noborder; set key top left
        plot $data using 2:xtic(1) lc rgb "#4c72b0" title "dieses Jahr", \\
             $data using 3 lc rgb "#bbbbbb" title "Vorjahr"
        """)


def ridge(dice, width, base, height):
    """The outline of a mountain range: octaves of smoothed noise."""
    line = [base] * width
    for octave in range(7):
        step = width / (3 * 2 ** octave)
        knots = [dice.uniform(-1, 1) for _ in range(int(width / step) + 3)]
        for x in range(width):
            knot, part = divmod(x / step, 1)
            part = part * part * (3 - 2 * part)
            level = knots[int(knot)] * (1 - part) + knots[int(knot) + 1] * part
            line[x] += level * height / 2 ** octave
    return line


def photo():
    """Hills behind a lake at sunrise, grainy as a photograph is."""
    dice = random.Random(7)
    width, height, shore = 960, 600, 430
    picture = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(picture)
    for y in range(shore):
        near = y / shore
        draw.line([(0, y), (width, y)], fill=(int(60 + 195 * near), int(90 + 110 * near),
                                              int(150 - 10 * near)))
    glow = Image.new("L", (width, height), 0)
    ImageDraw.Draw(glow).ellipse([590, 195, 730, 335], fill=255)
    picture.paste((255, 240, 200), mask=glow.filter(ImageFilter.GaussianBlur(18)))
    for layer, colour in enumerate([(150, 120, 140), (100, 85, 115), (60, 58, 85), (28, 34, 48)]):
        line = ridge(dice, width, 270 + 48 * layer, 80 - 10 * layer)
        for x in range(width):
            draw.line([(x, line[x]), (x, shore)], fill=colour)
    mirrored = picture.crop((0, 2 * shore - height, width, shore)).transpose(
        Image.Transpose.FLIP_TOP_BOTTOM)
    lake = mirrored.copy()
    for y in range(mirrored.height):
        shift = int(3 * math.sin(y / 2.2) * y / 40 + dice.uniform(-1, 1))
        lake.paste(mirrored.crop((0, y, width, y + 1)), (shift, y))
    picture.paste(Image.blend(lake, Image.new("RGB", lake.size, (20, 40, 70)), 0.25), (0, shore))
    grain = Image.frombytes("L", (width, height), dice.randbytes(width * height))
    picture = Image.blend(picture, Image.merge("RGB", [grain] * 3), 0.05)
    picture.save(os.path.join(FOLDER, "photo.jpg"), quality=84, optimize=True)


def spinner():
    """Twelve dots that run in a circle."""
    frames = []
    for turn in range(12):
        frame = Image.new("L", (256, 256), 255)
        draw = ImageDraw.Draw(frame)
        for dot in range(12):
            angle = math.tau * dot / 12
            x, y = 128 + 88 * math.sin(angle), 128 - 88 * math.cos(angle)
            shade = 40 + 17 * ((turn - dot) % 12)
            draw.ellipse([x - 18, y - 18, x + 18, y + 18], fill=shade)
        frames.append(frame.resize((64, 64), Image.Resampling.LANCZOS))
    frames[0].save(os.path.join(FOLDER, "spinner.gif"), save_all=True, append_images=frames[1:],
                   duration=80, loop=0)


def heat():
    """A PNG whose name has no extension: a week of load by the hour."""
    dice = random.Random(3)
    rows = []
    for day in range(7):
        for hour in range(24):
            busy = 70 if day < 5 and 8 <= hour < 18 else 15
            rows.append((hour, day, round(busy + dice.gauss(0, 8) + (20 if hour == 2 else 0), 1)))
    gnuplot("heat.png", 640, 280, rows, """
        set title "Load by hour and day" font ",14"; unset key; unset grid
        set ytics ("Mon" 0, "Tue" 1, "Wed" 2, "Thu" 3, "Fri" 4, "Sat" 5, "Sun" 6)
        set xrange [-0.5:23.5]; set yrange [6.5:-0.5]; set cbrange [0:100]
        set palette defined (0 "#f7fbff", 50 "#6baed6", 100 "#08306b")
        plot $data using 1:2:3 with image
        """)
    os.rename(os.path.join(FOLDER, "heat.png"), os.path.join(FOLDER, "pic"))


os.makedirs(FOLDER, exist_ok=True)
for make in (cpu, quarter, photo, spinner, heat):
    make()
