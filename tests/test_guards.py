"""Each fault by its name, and no fault where there is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler import guards

HOSTS = ("changzhou.gov.cn",)
PAGE = "https://www.changzhou.gov.cn/gi_news/699164327437567"
REPORT = (
    "<html><head><title>常州市某局2021年政府信息公开工作年度报告</title></head><body><p>"
    + "本机关不掌握相关政府信息，页面未找到错误，没有现成信息需要另行制作。" * 40
    + "</p></body></html>"
)


def answered(
    body: str | bytes = REPORT,
    status: int = 200,
    url: str = PAGE,
    content_type: str | None = "text/html; charset=utf-8",
) -> Response:
    data = body.encode() if isinstance(body, str) else body
    headers = Headers({"Content-Type": content_type} if content_type else {})
    kind = responsetypes.from_args(headers=headers, url=url, body=data)
    return kind(url, status=status, headers=headers, body=data)


def named(response: Response, role: str = "report") -> str | None:
    fault = guards.answer(response, guards.Expected(role, HOSTS))
    return fault.name if fault else None


CHALLENGE = "<script>document.cookie=('_')+('jsl')+'_clearance=1';location.href='/'</script>"
SHORT_REPORT = "<html><title>年度报告</title><body><a href='/f.pdf'>年度报告.pdf</a></body></html>"


@pytest.mark.parametrize(
    ("response", "name"),
    [
        (answered(), None),
        (answered(SHORT_REPORT), None),
        (answered(status=403), "blocked"),
        (answered(status=412), "blocked"),
        (answered(CHALLENGE, status=521), "blocked"),
        (answered(CHALLENGE), "blocked"),
        (answered("<html><body><h3>请输入验证码</h3><img src=/c.png></body></html>"), "blocked"),
        (answered("<html><script>eval('_$a=1')</script></html>"), "blocked"),
        (answered("<html><body>请完成身份验证后继续访问</body></html>"), "blocked"),
        (answered("<form>用户名<input name=u>密码<input type='password' name=p></form>"), "login"),
        (answered(status=429), "blocked"),
        (answered(status=404), "gone"),
        (answered(status=410), "gone"),
        (answered(status=500), "unavailable"),
        (answered(status=401), "unavailable"),
        (answered(status=302), "unavailable"),
        (answered("<title>404 Not Found</title><body>nginx</body>"), "soft_404"),
        (answered("<body><p>对不起，您访问的页面不存在或已被删除</p></body>"), "soft_404"),
        (answered(b""), "empty"),
        (answered(b" \r\n "), "empty"),
        (answered("<html><head><title>年报</title></head><body> </body></html>"), "empty"),
        (answered(b"\x89PNG\r\n\x1a\n", content_type="image/png"), "wrong_type"),
        (answered(b"\xff\xd8\xff\xe0", content_type="text/html"), "wrong_type"),
        (answered(b"\x00\x01\x02", content_type="application/octet-stream"), "wrong_type"),
        (answered(b"%PDF-1.4 ...", content_type="application/pdf"), None),
        (answered(b"PK\x03\x04...", content_type="application/octet-stream"), None),
        (answered(url="https://www.example.com/gi_news/1"), "off_site"),
        (answered(url="https://changzhou.gov.cn.example.com/gi_news/1"), "off_site"),
        (answered(url="https://gxj.changzhou.gov.cn/class/PQFJPFCK"), None),
    ],
)
def test_answer(response: Response, name: str | None) -> None:
    assert named(response) == name


@pytest.mark.parametrize(
    "words",
    [
        "请登录市政府网站查询，验证码见短信，页面不存在时返回404。",
        "<script>document.cookie='visited=1'</script>系统登录、身份验证事项",
        "<form>登录<input type=password></form>",
        "<script>var __jsluid=1</script>403 Forbidden",
    ],
)
def test_a_report_that_says_such_words_is_a_report(words: str) -> None:
    assert named(answered(REPORT.replace("<body>", f"<body>{words}"))) is None
    assert named(answered(REPORT.replace("<body>", f"<body>{words}")), "list") is None


@pytest.mark.parametrize(
    ("status", "cookie", "body", "opens"),
    [
        (521, "__jsluid_h=1; path=/", CHALLENGE, True),
        (200, "__jsluid_s=1; path=/", CHALLENGE, True),
        (521, "", CHALLENGE, False),
        (200, "__jsluid_h=1; path=/", REPORT, False),
        (412, "acw_tc=1", "<script>eval('_$a')</script>", False),
        (403, "__jsluid_h=1", REPORT, False),
    ],
)
def test_which_challenges_a_cookie_opens(status: int, cookie: str, body: str, opens: bool) -> None:
    page = answered(body, status)
    page.headers["Set-Cookie"] = cookie
    assert guards.opens_on_second_try(page) is opens


def test_a_list_may_not_be_a_file() -> None:
    pdf = answered(b"%PDF-1.4 ...", content_type="application/pdf")
    assert named(pdf, "list") == "wrong_type"
    assert named(answered(), "list") is None


def test_words_of_an_error_page_in_a_long_document_are_no_error() -> None:
    assert named(answered(REPORT.replace("年度报告</title>", "页面不存在</title>"))) is None


def test_a_gbk_page_is_read_as_gbk() -> None:
    page = "<meta charset=gbk><title>页面不存在</title><body>返回首页</body>".encode("gbk")
    assert named(answered(page, content_type="text/html")) == "soft_404"


@given(body=st.binary(max_size=400), status=st.sampled_from([200, 203, 206]))
def test_any_bytes_get_a_name_or_pass(body: bytes, status: int) -> None:
    name = named(answered(body, status, content_type=None))
    assert name in {None, "blocked", "empty", "soft_404", "wrong_type"}
    if not body.strip():
        assert name == "empty"
