"""Write include/gongshi/standard/codes/holidays.csv from chinesecalendar: `python tools/make_holidays.py`.

The table holds only the days that differ from Monday to Friday. Number and date of the yearly notice are given
where known; otherwise the title stands alone and `notice_date` is a default, the 1st of December before the year.
"""

import csv
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar

YEARS = range(2018, 2027)
TARGET = Path(__file__).parents[1] / "include/gongshi/standard/codes/holidays.csv"
NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
}
NUMBERED = {
    2024: ("国办发明电〔2023〕7号", date(2023, 10, 25)),
    2025: ("国办发明电〔2024〕12号", date(2024, 11, 12)),
    2026: ("国办发明电〔2025〕7号", date(2025, 11, 4)),
}
AMENDMENTS = {
    ("国务院办公厅关于调整2019年劳动节假期安排的通知", date(2019, 3, 22)): (
        date(2019, 4, 28),
        date(2019, 5, 2),
        date(2019, 5, 3),
        date(2019, 5, 5),
    ),
    ("国务院办公厅关于延长2020年春节假期的通知", date(2020, 1, 26)): (date(2020, 1, 31),),
}


def notice(day: date) -> tuple[str, date]:
    """Notice that arranged this day: the next year's for the days around New Year."""
    for amendment, days in AMENDMENTS.items():
        if day in days:
            return amendment
    year = day.year + (day.month == 12)
    number, issued = NUMBERED.get(year, ("", date(year - 1, 12, 1)))
    return f"国务院办公厅关于{year}年部分节假日安排的通知{number}", issued


def exceptional_days() -> list[tuple[str, int, str, str, str]]:
    """One row per day that differs from Monday to Friday, in order."""
    rows = []
    day = date(YEARS.start, 1, 1)
    while day.year in YEARS:
        is_workday = chinese_calendar.is_workday(day)
        if is_workday != (day.weekday() < 5):
            _, festival = chinese_calendar.get_holiday_detail(day)
            name = NAMES[festival] + ("调休上班" if is_workday else "")
            title, issued = notice(day)
            rows.append((day.isoformat(), int(is_workday), name, title, issued.isoformat()))
        day += timedelta(days=1)
    return rows


if __name__ == "__main__":
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["date", "is_workday", "name", "source_notice", "notice_date"])
        writer.writerows(exceptional_days())
