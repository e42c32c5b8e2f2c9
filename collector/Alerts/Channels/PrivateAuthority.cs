using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>A certificate authority that only this configuration trusts.</summary>
internal sealed class PrivateAuthority
{
    /// <summary>Initializes a new instance of the <see cref="PrivateAuthority"/> class.</summary>
    /// <param name="file">The PEM file of its certificates.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The file is invalid.</exception>
    public PrivateAuthority(string file)
    {
        Policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck, // A private authority has no revocation list.
        };
        Policy.CustomTrustStore.ImportFromPemFile(file);
    }

    /// <summary>Gets the policy that trusts the authority.</summary>
    public X509ChainPolicy Policy { get; }

    /// <summary>Determines whether the authority signed a server's certificate, and for the server's name.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="received">The chain that the server sent.</param>
    /// <param name="errors">What the check against the system's authorities found.</param>
    public bool HasSigned(X509Certificate? certificate, X509Chain? received, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }

        using var chain = new X509Chain { ChainPolicy = Policy.Clone() };
        if (received is not null)
        {
            foreach (var element in received.ChainElements)
            {
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
            }
        }

        using var server = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(server);
    }
}
