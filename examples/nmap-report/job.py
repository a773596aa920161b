"""A network scan report (nmap's XML) turned into findings.

Input:   /in/scan.xml   what `nmap -sV -sC -oX scan.xml …` writes
Result:  {"scan": …, "hosts": …, "findings": [{severity, host, port, service, title, evidence}, …]}

    npx broodbox run --json --input scan.xml=examples/nmap-report/scan.xml examples/nmap-report/job.py

A report from elsewhere is hostile input: entities are what turns XML into files read, requests made
and memory eaten, so a report that declares any is refused before one is expanded, and the parser
builds no tree. scan.xml beside this file describes a network that does not exist.
"""

import ipaddress
import xml.parsers.expat
from collections import Counter

import broodbox

# service name -> (severity, why it is worth a look)
PLAINTEXT = {
    "telnet": ("high", "remote login without encryption"),
    "ftp": ("medium", "file transfer without encryption"),
    "rlogin": ("high", "remote login that trusts addresses"),
    "rsh": ("high", "remote commands that trust addresses"),
    "vnc": ("medium", "screen sharing, often without encryption"),
    "snmp": ("medium", "management protocol with a shared word for a password"),
}
DATA_STORES = {"redis", "mongodb", "memcached", "elasticsearch", "mysql", "postgresql", "ms-sql-s"}
ORDER = {"high": 0, "medium": 1, "low": 2, "info": 3}
VALUES_MAXIMUM = 2048


class Refused(Exception):
    """The document asks for something a report never needs."""


class Port:
    def __init__(self, attributes):
        self.number = int(attributes["portid"])
        self.protocol = attributes.get("protocol", "tcp")
        self.state = "unknown"
        self.service = {}
        self.scripts = {}


class Host:
    def __init__(self):
        self.addresses = []
        self.names = []
        self.state = "unknown"
        self.ports = []
        self.scripts = {}

    def label(self):
        return self.addresses[0] if self.addresses else "unknown"


class Report:
    """Builds hosts and ports while the parser walks the document."""

    def __init__(self):
        self.scanner = {}
        self.hosts = []
        self.host = None
        self.port = None
        self.parser = xml.parsers.expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EntityDeclHandler = self.entity
        self.parser.ExternalEntityRefHandler = self.external
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end

    def doctype(self, name, _system, _public, has_internal_subset):
        # nmap writes a bare <!DOCTYPE nmaprun>; declarations of one's own come in an internal subset.
        if has_internal_subset or name != "nmaprun":
            raise Refused("the report declares a document type of its own")

    def entity(self, name, *_):
        raise Refused(f"the report declares the entity {name!r}")

    def external(self, *_):
        raise Refused("the report refers to an external entity")

    def start(self, element, attributes):
        handler = getattr(self, f"start_{element}", None)
        if handler is not None:
            handler({key: value[:VALUES_MAXIMUM] for key, value in attributes.items()})

    def end(self, element):
        if element == "host" and self.host is not None:
            self.hosts.append(self.host)
            self.host = None
        elif element == "port":
            self.port = None

    def start_nmaprun(self, attributes):
        self.scanner = {key: attributes.get(key, "") for key in ("scanner", "version", "startstr", "args")}

    def start_host(self, _):
        self.host = Host()

    def start_status(self, attributes):
        if self.host is not None:
            self.host.state = attributes.get("state", "unknown")

    def start_address(self, attributes):
        if self.host is not None and attributes.get("addrtype") in ("ipv4", "ipv6"):
            self.host.addresses.append(str(ipaddress.ip_address(attributes["addr"])))

    def start_hostname(self, attributes):
        if self.host is not None and "name" in attributes:
            self.host.names.append(attributes["name"])

    def start_port(self, attributes):
        if self.host is not None:
            self.port = Port(attributes)
            self.host.ports.append(self.port)

    def start_state(self, attributes):
        if self.port is not None:
            self.port.state = attributes.get("state", "unknown")

    def start_service(self, attributes):
        if self.port is not None:
            self.port.service = attributes

    def start_script(self, attributes):
        target = self.port or self.host
        if target is not None and "id" in attributes:
            target.scripts[attributes["id"]] = attributes.get("output", "").strip()


def first_line(text):
    return text.splitlines()[0] if text else ""


def product(port):
    """What answers there, as the scanner named it."""
    parts = (port.service.get("product"), port.service.get("version"), port.service.get("extrainfo"))
    return " ".join(part for part in parts if part)


def from_service(host, port):
    name = port.service.get("name", "")
    encrypted = port.service.get("tunnel") == "ssl"
    if name in PLAINTEXT and not encrypted:
        severity, why = PLAINTEXT[name]
        yield severity, f"{name}: {why}", product(port)
    if name in DATA_STORES and not ipaddress.ip_address(host.label()).is_loopback:
        yield "medium", f"data store {name} answers on the network", product(port)


def from_scripts(port):
    scripts = port.scripts
    if "Anonymous FTP login allowed" in scripts.get("ftp-anon", ""):
        yield "high", "files can be fetched without an account", first_line(scripts["ftp-anon"])
    if "not required" in scripts.get("smb2-security-mode", ""):
        yield "medium", "messages need not be signed", scripts["smb2-security-mode"]
    if "redis-info" in scripts:
        yield "high", "redis answers without a password", first_line(scripts["redis-info"])
    for line in scripts.get("ssl-enum-ciphers", "").splitlines():
        if line.strip().rstrip(":") in ("SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1"):
            yield "medium", f"accepts {line.strip().rstrip(':')}", "ssl-enum-ciphers"
    for line in scripts.get("vulners", "").splitlines():
        words = line.split()
        if len(words) >= 2 and words[0].startswith("CVE-"):
            yield cvss(words[1]), f"may be affected by {words[0]}", f"CVSS {words[1]}, by version only"


def cvss(score):
    try:
        value = float(score)
    except ValueError:
        return "info"
    return "high" if value >= 7 else "medium" if value >= 4 else "low"


def findings(hosts):
    found = []
    for host in hosts:
        for port in host.ports:
            if port.state != "open":
                continue
            for severity, title, evidence in (*from_service(host, port), *from_scripts(port)):
                found.append(
                    {
                        "severity": severity,
                        "host": host.label(),
                        "names": host.names,
                        "port": f"{port.number}/{port.protocol}",
                        "service": port.service.get("name", "unknown"),
                        "title": title,
                        "evidence": evidence,
                    }
                )
    return sorted(found, key=lambda f: (ORDER[f["severity"]], ipaddress.ip_address(f["host"]).packed, f["port"]))


def main():
    report = Report()
    with open("/in/scan.xml", "rb") as file:
        report.parser.ParseFile(file)
    found = findings(report.hosts)
    services = Counter(
        port.service.get("name", "unknown")
        for host in report.hosts
        for port in host.ports
        if port.state == "open"
    )
    broodbox.result(
        {
            "scan": report.scanner,
            "hosts": {
                "total": len(report.hosts),
                "up": sum(host.state == "up" for host in report.hosts),
            },
            "services": dict(services.most_common()),
            "bySeverity": dict(Counter(finding["severity"] for finding in found)),
            "findings": found,
        }
    )
    print(f"{len(found)} findings on {len({finding['host'] for finding in found})} hosts")


main()
